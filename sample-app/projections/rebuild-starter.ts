import { ConflictException, Injectable } from '@nestjs/common';
import { ProjectionManager } from 'nestevents';
import { setTimeout as sleep } from 'node:timers/promises';

/** How often it is looked whether a rebuild has begun, in milliseconds. */
const LOOK_INTERVAL = 25;

/** Begins rebuilds for requests, which do not wait for their end. */
@Injectable()
export class RebuildStarter {
  constructor(private readonly projections: ProjectionManager) {}

  /** Resolves when a rebuild is on, or over already. @throws ConflictException; whatever keeps it from beginning */
  async begin(name: string): Promise<void> {
    if ((await this.projections.status(name)).rebuild !== null) {
      throw new ConflictException(`${name} is being rebuilt. Wait for its end, or give it up to begin anew`);
    }
    const ended = new AbortController();
    const rebuilding = this.projections.rebuild(name).finally(() => ended.abort());
    // What goes wrong later is seen in the status: whoever has the lease then goes on, not this request.
    rebuilding.catch(() => undefined);
    await Promise.race([rebuilding, this.#isOn(name, ended.signal)]);
    // Both may be over, of which only one tells what went wrong.
    if (ended.signal.aborted) await rebuilding;
  }

  async #isOn(name: string, ended: AbortSignal): Promise<void> {
    while (!ended.aborted && (await this.projections.status(name)).rebuild === null) {
      await sleep(LOOK_INTERVAL);
    }
  }
}
