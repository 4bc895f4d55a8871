import { deepStrictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { CorruptEventError, type DomainEvent } from 'nestevents';
import { arbitraryValue } from '../fixtures/arbitrary-payload.js';
import { Note, NoteTaken } from '../fixtures/note.js';
import { openPostgresStore, type PostgresStore } from '../fixtures/postgres-store.js';
import { Todo } from '../fixtures/todo.js';

let pg: PostgresStore;

beforeAll(async () => {
  pg = await openPostgresStore();
});
afterAll(() => pg.close());

async function readNote(id: string): Promise<DomainEvent[]> {
  const events: DomainEvent[] = [];
  for await (const event of pg.store.read({ aggregate: Note, id })) events.push(event);
  return events;
}

describe('payloads in PostgreSQL', () => {
  it('come back as they were, whatever they hold', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(arbitraryValue, { minLength: 1, maxLength: 5 }), async (values) => {
        const id = randomUUID();
        await pg.store.append(
          { aggregate: Note, id },
          values.map((value) => new NoteTaken(value)),
        );
        // Not Jest's toStrictEqual, which takes a property named constructor for the class.
        const read = (await readNote(id)).map((event) => (event as NoteTaken).content);
        deepStrictEqual(read, values);
      }),
      { numRuns: 150 },
    );
  });

  it('are readable with SQL', async () => {
    const id = randomUUID();
    await pg.store.append({ aggregate: Note, id }, [
      new NoteTaken({ big: 9_007_199_254_740_993n, at: new Date(0), raw: Buffer.from('hi'), text: "it's" }),
    ]);
    const rows: unknown = await pg.dataSource.query(
      `select event_data->'content' as content, (event_data->'content'->>'big')::bigint + 1 as next,
         (event_data->'content'->>'at')::timestamptz = 'epoch' as same, event_data_types as types
       from event_journal where aggregate_id = $1`,
      [id],
    );
    expect(rows).toEqual([
      {
        content: { big: '9007199254740993', at: '1970-01-01T00:00:00.000Z', raw: 'aGk=', text: "it's" },
        next: '9007199254740994',
        same: true,
        types: { '/content/big': 'bigint', '/content/at': 'date', '/content/raw': 'bytes' },
      },
    ]);
  });

  it.each([
    ['null', 'no JSON object'],
    ['[1]', 'no JSON object'],
    ['{"label":"x","position":5,"metadata":3}', '"position", which belongs to the envelope'],
  ])('that somebody else wrote as %s are reported by id and position', async (data, problem) => {
    const id = randomUUID();
    await pg.dataSource.query(
      `insert into event_journal (aggregate_version, event_id, event_type, aggregate_type, aggregate_id, event_data, metadata)
       values (1, gen_random_uuid(), 'todo_created', 'todo', $1, $2, '{}')`,
      [id, data],
    );
    await expect(pg.todos.load(id)).rejects.toThrow(CorruptEventError);
    await expect(pg.todos.load(id)).rejects.toThrow(problem);
  });

  it('do not depend on how the application parses values of the database', async () => {
    const { default: driver } = await import('pg');
    const originals = [20, 1184, 3802].map((oid) => [oid, driver.types.getTypeParser(oid)] as const);
    try {
      for (const [oid] of originals) driver.types.setTypeParser(oid, () => 'overridden');
      const todo = Todo.create(randomUUID(), 'a');
      const [stored] = await pg.todos.save(todo);
      const [read] = await pg.todos.history(todo.id);
      expect(read).toEqual(stored);
      expect(read!.position).toBe(stored!.position);
      expect(read!.createdAt).toEqual(stored!.createdAt);
    } finally {
      for (const [oid, parser] of originals) driver.types.setTypeParser(oid, parser);
    }
  });
});
