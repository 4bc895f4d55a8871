import type { EventContract } from './event-contract.js';
import type { EventSchema } from './event-schema.js';

/** All versions of one event's schema that could be loaded. */
export class EventSchemas {
  /** The schema new events are written with: the highest version that has all versions before it. */
  readonly newest: EventSchema | undefined;

  /** @param versions ascending, those beyond a gap included. */
  constructor(
    readonly contract: EventContract,
    readonly versions: ReadonlyMap<number, EventSchema>,
  ) {
    let version = 0;
    while (versions.has(version + 1)) version += 1;
    this.newest = versions.get(version);
  }

  /** The versions without a gap before them, ascending: 1 to the newest. */
  get unbroken(): EventSchema[] {
    return [...this.versions.values()].filter(({ version }) => version <= (this.newest?.version ?? 0));
  }
}
