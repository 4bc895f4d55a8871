import { Injectable } from '@nestjs/common';
import { ProjectionManager } from 'nestevents';

/** How long a read waits for its read model, in milliseconds. */
const PATIENCE = 2_000;

/** Lets clients read what they have written. */
@Injectable()
export class ReadModels {
  constructor(private readonly projections: ProjectionManager) {}

  /**
   * Waits until a read model shows everything up to a position; not at all where there is none.
   *
   * @param after digits, as the client sent them.
   * @throws ProjectionTimeoutError
   */
  async reach(projection: string, after: string | undefined): Promise<void> {
    if (after === undefined) return;
    await this.projections.waitFor(projection, BigInt(after), { timeout: PATIENCE });
  }
}
