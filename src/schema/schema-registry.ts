import type { EventContract } from './event-contract.js';
import { EventFiles } from './event-files.js';
import type { EventSchema } from './event-schema.js';
import { EventSchemaLoader } from './event-schema-loader.js';
import { NamedTypes } from './named-types.js';
import { readSchemaDirectory } from './schema-directory.js';
import type { SchemaOptions } from './schema-options.js';
import { withoutRepeats } from './schema-problem.js';
import type { SchemaProblem } from './schema-problem.js';

const NO_VERSIONS: ReadonlyMap<number, EventSchema> = new Map();

/** The schemas of all events of an event store, by aggregate, event and version; empty until it is loaded. */
export class SchemaRegistry {
  #versions: ReadonlyMap<string, ReadonlyMap<number, EventSchema>> = new Map();

  #newest: ReadonlyMap<string, EventSchema | undefined> = new Map();

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
    const names = new NamedTypes(directory.files);
    const loader = new EventSchemaLoader(options, new EventFiles(directory.files), names);
    this.#versions = new Map(
      contracts.map((contract) => [keyOf(contract.aggregateType, contract.eventType), loader.load(contract)]),
    );
    this.#newest = new Map([...this.#versions].map(([key, schemas]) => [key, highestUnbroken(schemas)]));
    return withoutRepeats([...directory.problems, ...loader.problems]);
  }

  /** The schema new events are written with: the highest version that has all versions before it. */
  newest(aggregateType: string, eventType: string): EventSchema | undefined {
    return this.#newest.get(keyOf(aggregateType, eventType));
  }

  /** All versions that could be loaded, ascending, those beyond a gap included; empty if there are none. */
  versions(aggregateType: string, eventType: string): ReadonlyMap<number, EventSchema> {
    return this.#versions.get(keyOf(aggregateType, eventType)) ?? NO_VERSIONS;
  }
}

function highestUnbroken(schemas: ReadonlyMap<number, EventSchema>): EventSchema | undefined {
  let version = 0;
  while (schemas.has(version + 1)) version += 1;
  return schemas.get(version);
}

function keyOf(aggregateType: string, eventType: string): string {
  return `${aggregateType}/${eventType}`;
}
