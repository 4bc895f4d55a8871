import { randomUUID } from 'node:crypto';
import { TypeOrmJournal } from '../../src/typeorm/index.js';
import { storeOn } from '../contract/event-store.contract.js';
import { BOTH_WAYS, openPostgresStore, type PostgresStore } from '../fixtures/postgres-store.js';
import { Todo, TodoCreated } from '../fixtures/todo.js';

let pg: PostgresStore;

beforeEach(async () => {
  pg = await openPostgresStore();
  await pg.dataSource.query(`
    create table senders (pid integer);
    create function note_sender() returns trigger language plpgsql as $$
    begin
      insert into senders values (pg_backend_pid());
      return null;
    end $$;
    create trigger senders before insert on event_journal for each statement execute function note_sender()`);
});
afterEach(() => pg.close());

it.each(BOTH_WAYS)(
  'go out as they are to, $way, and each is told of when it is answered',
  async ({ pipelined }) => {
    const told: { appends: number; took: number }[] = [];
    const pipelining = {
      isOn: pipelined,
      answered: (appends: number, sent: number, answered: number) =>
        told.push({ appends, took: answered - sent }),
    };
    const { store } = storeOn(new TypeOrmJournal(pg.dataSource, { pipelining }));
    const append = async (): Promise<unknown> =>
      store.append({ aggregate: Todo, id: randomUUID() }, [new TodoCreated('x')]);
    await append();
    expect(told).toEqual([]); // it shares nothing
    await pg.dataSource.query('truncate senders');
    await Promise.all(Array.from({ length: 20 }, append));
    expect(told.map(({ appends }) => appends)).toEqual([10, 10]);
    for (const { took } of told) expect(took).toBeGreaterThan(0);
    const senders = await pg.dataSource.query<{ pid: number }[]>('select distinct pid from senders');
    expect(senders).toHaveLength(pipelined ? 1 : 2);
  },
);
