import { partitionOf, type EventFeed } from '../store/index.js';
import type { HandlerDefinition } from './handler-definition.js';
import type { HandlerStorage, Registration } from './handler-storage.js';
import { Rebuilder, UNTIL_COMPLETED } from './rebuilder.js';

/** What it takes to bring what the database has in line with what the program says. */
export interface ReconciliationParts {
  readonly definitions: readonly HandlerDefinition[];
  readonly storage: HandlerStorage;
  readonly feed: EventFeed;
  report(message: string): void;
}

/** How long a start waits for transactions in flight, in milliseconds, before it takes the journal as it is. */
const PATIENCE = 5_000;

/** At start-up: makes units of what is new, divides anew what is divided otherwise, rebuilds what has a lower version. */
export class Reconciliation {
  constructor(private readonly parts: ReconciliationParts) {}

  /** @throws whatever `reset` of a handler throws */
  async run(): Promise<void> {
    const { definitions, storage } = this.parts;
    await storage.register(await this.#registrations());
    const { units } = await storage.cluster();
    for (const definition of definitions) {
      const unit = units.find(({ handler, course }) => handler === definition.name && course === 'live');
      if (!unit) continue;
      if (unit.version < definition.version) {
        await this.#rebuild(definition);
      } else if (unit.version > definition.version) {
        this.parts.report(
          `${definition.name} has version ${definition.version} here, but the database has version ${unit.version}; ` +
            'it stands by in this instance.',
        );
      } else if (unit.partitions !== definition.partitions) {
        const { name, partitions } = definition;
        await storage.repartition(name, partitions, (type, id) => partitionOf(type, id, partitions));
      }
    }
  }

  async #registrations(): Promise<Registration[]> {
    const { definitions, feed } = this.parts;
    const isNow = definitions.some(({ startFrom }) => startFrom === 'now');
    const now = isNow ? await feed.settledHead(PATIENCE) : 0n;
    return definitions.map(({ name: handler, kind, version, partitions, startFrom, mode }) => {
      const position = startFrom === 'now' ? now : 0n;
      const registration = { handler, kind, version, partitions, position };
      // What is stored already has to be made up for before appends can take part.
      return mode === 'inline' ? { ...registration, rebuild: UNTIL_COMPLETED } : registration;
    });
  }

  async #rebuild(definition: HandlerDefinition): Promise<void> {
    const { units } = await this.parts.storage.cluster();
    const isUnderWay = units.some(
      ({ handler, version }) => handler === definition.name && version === definition.version,
    );
    if (!isUnderWay) await new Rebuilder(this.parts).begin(definition);
  }
}
