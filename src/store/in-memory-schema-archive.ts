import { refuseTransaction } from './refuse-transaction.js';
import type { SchemaArchive, WrittenSchema } from './schema-archive.js';
import type { Transaction } from './transaction.js';

/** A schema whose definition is text, which nobody can change. */
type KeptSchema = WrittenSchema & { readonly definition: string };

/** A schema archive in memory, for tests: the same rules as in PostgreSQL, but no transactions of the caller's. */
export class InMemorySchemaArchive implements SchemaArchive {
  readonly #kept = new Map<string, KeptSchema>();

  async find(eventTypes: readonly string[]): Promise<readonly WrittenSchema[]> {
    const wanted = new Set(eventTypes);
    return [...this.#kept.values()].filter(({ eventType }) => wanted.has(eventType)).map(toWritten);
  }

  // All are encoded before the first is kept, and without an await: all or none.
  async keep(
    schemas: readonly WrittenSchema[],
    transaction?: Transaction,
  ): Promise<readonly WrittenSchema[]> {
    refuseTransaction(transaction);
    return schemas.map(toKept).map((schema) => {
      const key = `${schema.eventVersion} ${schema.eventType}`;
      const kept = this.#kept.get(key) ?? schema;
      this.#kept.set(key, kept);
      return toWritten(kept);
    });
  }
}

function toKept({
  eventType,
  eventVersion,
  aggregateType,
  fingerprint,
  definition,
}: WrittenSchema): KeptSchema {
  return { eventType, eventVersion, aggregateType, fingerprint, definition: JSON.stringify(definition) };
}

function toWritten(kept: KeptSchema): WrittenSchema {
  return { ...kept, definition: JSON.parse(kept.definition) as unknown };
}
