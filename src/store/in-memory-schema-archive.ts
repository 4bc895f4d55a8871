import type { SchemaArchive, WrittenSchema } from './schema-archive.js';

/** A schema archive in memory, for tests: the same rules as in PostgreSQL. */
export class InMemorySchemaArchive implements SchemaArchive {
  /** As text, which nobody can change; by version and event type. */
  readonly #kept = new Map<string, string>();

  async find(eventTypes: readonly string[]): Promise<readonly WrittenSchema[]> {
    const wanted = new Set(eventTypes);
    return [...this.#kept.values()].map(toWritten).filter(({ eventType }) => wanted.has(eventType));
  }

  // All are encoded before the first is kept, and without an await: all or none.
  async keep(schemas: readonly WrittenSchema[]): Promise<readonly WrittenSchema[]> {
    const texts = schemas.map((schema) => JSON.stringify(schema));
    return schemas.map(({ eventType, eventVersion }, index) => {
      const key = `${eventVersion} ${eventType}`;
      const kept = this.#kept.get(key) ?? texts[index]!;
      this.#kept.set(key, kept);
      return toWritten(kept);
    });
  }
}

function toWritten(kept: string): WrittenSchema {
  return JSON.parse(kept) as WrittenSchema;
}
