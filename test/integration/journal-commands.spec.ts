import { eventCommand } from '../../src/cli/journal/event.command.js';
import { streamCommand } from '../../src/cli/journal/stream.command.js';
import { schemaOfDefinition } from '../../src/schema/index.js';
import { encodeBinary } from '../../src/store/binary-payload.js';
import { TypeOrmSchemaArchive } from '../../src/typeorm/index.js';
import { openPostgresStore, type PostgresStore } from '../fixtures/postgres-store.js';
import { Todo } from '../fixtures/todo.js';
import { run as runCommands, type CommandRun } from '../unit/cli/command-run.js';

const ID = '0198f3a8-1c2d-7e3f-8a4b-5c6d7e8f9a0b';
const CORRELATION = '0198f3a8-1c2d-7e3f-8a4b-5c6d7e8f9a0c';
const DEFINITION = {
  type: 'record',
  name: 'Relabelled',
  fields: [
    { name: 'label', type: 'string' },
    { name: 'at', type: { type: 'long', logicalType: 'timestamp-millis' } },
  ],
};

let pg: PostgresStore;

const run = (...args: string[]): Promise<CommandRun> =>
  runCommands([...args, '--url', pg.database.url], { groups: [eventCommand, streamCommand] });

const linesOf = ({ out }: CommandRun): unknown[] =>
  out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);

beforeAll(async () => {
  pg = await openPostgresStore();
  const todo = Todo.create('1', 'a\u202eb');
  await pg.todos.save(todo);
  const facts = { aggregateType: 'todo', eventType: 'todo_relabelled' };
  await new TypeOrmSchemaArchive(pg.dataSource).keep([
    { ...facts, eventVersion: 2, fingerprint: 'f', definition: DEFINITION, upcastFrom: [] },
  ]);
  const schema = schemaOfDefinition(DEFINITION, { ...facts, version: 2 });
  const { bytes } = encodeBinary({ label: 'c', at: new Date(0) }, schema)!;
  await insert(2, ID, bytes);
});
afterAll(() => pg.close());

function insert(version: number, id: string, bytes: Buffer): Promise<unknown> {
  return pg.dataSource.query(
    `insert into event_journal (aggregate_type, aggregate_id, aggregate_version, event_id, event_type, event_version,
       event_bytes, correlation_id) values ('todo', '1', $1, $2, 'todo_relabelled', 2, $3, $4)`,
    [version, id, bytes, CORRELATION],
  );
}

describe('nestevents event show', () => {
  it('prints an event as JSON, whatever it is stored in', async () => {
    const shown = await run('event', 'show', ID);
    expect(shown).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(shown.out)).toEqual({
      position: '2',
      createdAt: expect.stringMatching(/^\d{4}-.*Z$/) as string,
      aggregateType: 'todo',
      aggregateId: '1',
      aggregateVersion: 2,
      eventId: ID,
      eventType: 'todo_relabelled',
      eventVersion: 2,
      encoding: 'avro',
      metadata: { correlationId: CORRELATION },
      data: { label: 'c', at: '1970-01-01T00:00:00.000Z' },
    });
  });

  it.each([
    [['event', 'show', 'x'], 2, /"x" is no id of an event; pass a UUID\./],
    [['event', 'show', CORRELATION], 1, /There is no event .* in the journal\./],
    [
      ['event', 'show', ID, '--schema', 'elsewhere'],
      2,
      /The journal cannot be read: .* does not exist\. Check --url/,
    ],
    [['stream', 'show', 'todo', 'nobody'], 1, /There is no todo "nobody" in the journal\./],
    [['stream', 'show', 'todo'], 2, /missing required argument/],
  ])('says what is wrong: %j', async (args, code, message) => {
    const result = await run(...args);
    expect([result.code, result.out]).toEqual([code, '']);
    expect(result.err).toMatch(message);
  });

  it('says where it cannot connect, and asks where the database is', async () => {
    const groups = [eventCommand, streamCommand];
    const away = await runCommands(['event', 'show', ID, '--url', 'postgres://u:secret@127.0.0.1:1/x'], {
      groups,
    });
    expect(away.code).toBe(2);
    expect(away.err).toMatch(/The journal cannot be read: .*ECONNREFUSED/);
    expect(away.err).not.toMatch(/secret/);
    const url = process.env['DATABASE_URL'];
    delete process.env['DATABASE_URL'];
    const nowhere = await runCommands(['event', 'show', ID], { groups });
    if (url !== undefined) process.env['DATABASE_URL'] = url;
    expect(nowhere).toMatchObject({
      code: 2,
      err: expect.stringMatching(/Pass --url .* or set DATABASE_URL/) as string,
    });
  });
});

describe('nestevents stream show', () => {
  it('prints an event on each line, with nothing that rewrites the terminal', async () => {
    const shown = await run('stream', 'show', 'todo', '1');
    expect(shown).toMatchObject({ code: 0, err: '' });
    expect(shown.out).not.toContain('\u202e');
    expect(linesOf(shown)).toMatchObject([
      { aggregateVersion: 1, encoding: 'json', data: { label: 'a\u202eb' } },
      { aggregateVersion: 2, encoding: 'avro', data: { label: 'c' } },
    ]);
  });

  it('prints what it can, and fails, when a payload cannot be read', async () => {
    await insert(3, CORRELATION, Buffer.from([0x7f]));
    const shown = await run('stream', 'show', 'todo', '1');
    expect(shown).toMatchObject({ code: 1, err: '1 of 3 events cannot be read; see "problem" above.\n' });
    expect(linesOf(shown)[2]).toMatchObject({
      data: null,
      problem: expect.stringMatching(/its bytes are no version 2/) as string,
    });
    expect(await run('event', 'show', CORRELATION)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/The payload of the event cannot be read: its bytes/) as string,
    });
  });
});

it('a group by itself shows what it can do', async () => {
  const groups = [eventCommand, streamCommand];
  for (const group of ['event', 'stream']) {
    const { code, out } = await runCommands([group], { groups });
    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`Usage: nestevents ${group}`));
  }
});
