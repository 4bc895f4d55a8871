import type { EventContract } from './event-contract.js';
import type { EventSchema } from './event-schema.js';
import type { EventSchemas } from './event-schemas.js';
import { EventEvolution } from './evolution/event-evolution.js';
import { loadEventSchemas } from './schema-catalogue.js';
import { readSchemaDirectory } from './schema-directory.js';
import type { SchemaOptions } from './schema-options.js';
import type { SchemaProblem } from './schema-problem.js';

const NO_VERSIONS: ReadonlyMap<number, EventSchema> = new Map();

/** The schemas of all events of an event store, by aggregate, event and version; empty until it is loaded. */
export class SchemaRegistry {
  #events: ReadonlyMap<string, EventSchemas> = new Map();
  #revision = 0;
  #evolutions: ReadonlyMap<string, EventEvolution> = new Map();

  /** A registry with the schemas of these events, and what is wrong with them. */
  static load(
    options: SchemaOptions,
    contracts: readonly EventContract[],
  ): { registry: SchemaRegistry; problems: SchemaProblem[] } {
    const registry = new SchemaRegistry();
    return { registry, problems: registry.load(options, contracts) };
  }

  /**
   * Reads, checks and compiles the schemas of all events, at once and synchronously.
   *
   * Never throws for what is in the directory: everything wrong is answered, and the registry serves what could be
   * loaded.
   */
  load(options: SchemaOptions, contracts: readonly EventContract[]): SchemaProblem[] {
    const directory = readSchemaDirectory(options.directory);
    if (!directory.readable) return directory.problems;
    const { events, problems } = loadEventSchemas(directory, contracts, options);
    this.#events = new Map(
      events.map((schemas) => [keyOf(schemas.contract.aggregateType, schemas.contract.eventType), schemas]),
    );
    this.#evolutions = new Map([...this.#events].map(([key, schemas]) => [key, new EventEvolution(schemas)]));
    this.#revision += 1;
    return problems;
  }

  /** Counts how often it was loaded, so that whoever keeps something of it knows when that is out of date. */
  get revision(): number {
    return this.#revision;
  }

  /** The schema new events are written with: the highest version that has all versions before it. */
  newest(aggregateType: string, eventType: string): EventSchema | undefined {
    return this.#events.get(keyOf(aggregateType, eventType))?.newest;
  }

  /** All versions that could be loaded, ascending, those beyond a gap included; empty if there are none. */
  versions(aggregateType: string, eventType: string): ReadonlyMap<number, EventSchema> {
    return this.#events.get(keyOf(aggregateType, eventType))?.versions ?? NO_VERSIONS;
  }

  /** How stored payloads of an event become payloads of its newest version; `undefined` for events without a schema. */
  evolution(aggregateType: string, eventType: string): EventEvolution | undefined {
    return this.#evolutions.get(keyOf(aggregateType, eventType));
  }
}

function keyOf(aggregateType: string, eventType: string): string {
  return `${aggregateType}/${eventType}`;
}
