import { Injectable, ParseUUIDPipe, type PipeTransform } from '@nestjs/common';

/** Refuses an id that is no UUID, and reads one in capitals as the same id. */
@Injectable()
export class ParseIdPipe implements PipeTransform<string, Promise<string>> {
  readonly #uuid = new ParseUUIDPipe();

  async transform(value: string): Promise<string> {
    await this.#uuid.transform(value, { type: 'param' });
    return value.toLowerCase();
  }
}
