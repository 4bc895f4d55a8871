import {
  changedSchemaProblem,
  EventSchemaError,
  type EventContract,
  type EventSchema,
  type SchemaProblem,
  type SchemaRegistry,
} from '../schema/index.js';
import type { StreamAppend } from './journal.js';
import { keptSchema, type KeptSchemas } from './kept-schemas.js';
import type { SchemaArchive, WrittenSchema } from './schema-archive.js';

/** Sees to it that the journal keeps every schema that events are written with, and that it stays what it was. */
export class WrittenSchemas {
  readonly #schemas: SchemaRegistry;
  readonly #archive: SchemaArchive;
  readonly #known: KeptSchemas;
  /** What is known to be kept, by event type. */
  readonly #kept = new Map<string, EventSchema>();
  /** The end of the last keeping apart from the pool. */
  #apart: Promise<unknown> = Promise.resolve();

  constructor(schemas: SchemaRegistry, archive: SchemaArchive, known: KeptSchemas) {
    this.#schemas = schemas;
    this.#archive = archive;
    this.#known = known;
  }

  /**
   * Compares the schemas of these events with what their events were written with.
   *
   * Events of a version whose file was edited are from now on read by what is kept.
   */
  async compare(contracts: readonly EventContract[]): Promise<SchemaProblem[]> {
    const owners = new Map(
      contracts.flatMap((contract) =>
        [contract.eventType, ...(contract.aliases ?? [])].map((type) => [type, contract] as const),
      ),
    );
    const problems: SchemaProblem[] = [];
    for (const written of await this.#archive.find([...owners.keys()])) {
      const { aggregateType, eventType } = owners.get(written.eventType)!;
      const schema = this.#schemas.versions(aggregateType, eventType).get(written.eventVersion);
      const problem = schema && compare(schema, written);
      if (problem) {
        problems.push(problem);
        const kept = keptSchema(written);
        this.#known.add(written.eventType, kept);
        this.#schemas.evolution(aggregateType, eventType)?.learn(kept, written.upcastFrom);
      } else if (schema) {
        this.#known.add(written.eventType, schema);
        if (written.eventType === eventType) this.#note([schema]);
      }
    }
    return problems;
  }

  /** The schemas of an append that may not be kept yet; none as a rule. */
  unkept(streams: readonly StreamAppend[]): EventSchema[] {
    const unkept = new Set<EventSchema>();
    for (const { aggregateType, records } of streams) {
      for (const { eventType, eventVersion } of records) {
        if (eventVersion === null || this.#kept.get(eventType)?.version === eventVersion) continue;
        const schema = this.#schemas.newest(aggregateType, eventType);
        if (schema) unkept.add(schema);
      }
    }
    return [...unkept];
  }

  /**
   * Keeps schemas before events are written with them: for good, also if those events are then refused or rolled back.
   *
   * @param options.apart whether the caller may hold the last connection of the pool, as in a transaction of its own.
   * @throws EventSchemaError when the journal has kept another schema under the same version.
   */
  async keep(schemas: readonly EventSchema[], { apart }: { readonly apart: boolean }): Promise<void> {
    if (!apart) return this.#keep(schemas, false);
    // One at a time, or many transactions that begin at once would open as many connections.
    const keeping = this.#apart.then(() =>
      this.#keep(
        schemas.filter((schema) => this.#kept.get(schema.eventType) !== schema),
        true,
      ),
    );
    this.#apart = keeping.catch(() => undefined);
    return keeping;
  }

  async #keep(schemas: readonly EventSchema[], apart: boolean): Promise<void> {
    const kept = await this.#archive.keep(
      schemas.map((schema) => this.#toWritten(schema)),
      { apart },
    );
    const problems = schemas.flatMap((schema, index) => compare(schema, kept[index]!) ?? []);
    if (problems.length > 0) throw new EventSchemaError(problems);
    this.#note(schemas);
  }

  #toWritten(schema: EventSchema): WrittenSchema {
    const { eventType, version: eventVersion, aggregateType, fingerprint, definition } = schema;
    const upcastFrom = this.#schemas.evolution(aggregateType, eventType)?.stepsBelow(eventVersion) ?? [];
    return { eventType, eventVersion, aggregateType, fingerprint, definition, upcastFrom };
  }

  /** Remembers that schemas are kept, for good. */
  #note(schemas: readonly EventSchema[]): void {
    for (const schema of schemas) {
      const newest = this.#schemas.newest(schema.aggregateType, schema.eventType);
      this.#known.add(schema.eventType, schema);
      if (newest === schema) this.#kept.set(schema.eventType, schema);
    }
  }
}

function compare(schema: EventSchema, written: WrittenSchema): SchemaProblem | undefined {
  return schema.fingerprint === written.fingerprint
    ? undefined
    : changedSchemaProblem(schema, written.definition);
}
