import { DataSource, Entity, JoinColumn, ManyToOne, OneToOne, PrimaryColumn, type Relation } from 'typeorm';
import { LeaseLostError, type Lease } from '../../src/projections/index.js';
import { TypeOrmHandlerStorage } from '../../src/typeorm/index.js';
import { shadowName } from '../../src/typeorm/handlers/shadow-names.js';
import { claimNew, registration, unitOf } from '../contract/handler-storage.contract.js';
import { Board, Card, Folder, Label, readModels } from '../fixtures/read-models.js';
import { createTestDatabase, type TestDatabase } from '../postgres/test-database.js';

/** Refers to a read model from outside. */
@Entity('remark')
class Remark {
  @PrimaryColumn('int')
  id!: number;

  @OneToOne(() => Label, { onDelete: 'CASCADE' })
  @JoinColumn()
  label!: Label;
}

/** Two tables that refer to each other. */
@Entity('hen')
class Hen {
  @PrimaryColumn('int')
  id!: number;

  @ManyToOne(() => Egg)
  from!: Relation<Egg>;
}

@Entity('egg')
class Egg {
  @PrimaryColumn('int')
  id!: number;

  @ManyToOne(() => Hen)
  of!: Relation<Hen> | null;
}

let database: TestDatabase;
const sources: DataSource[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
});

afterAll(async () => {
  for (const source of sources) await source.destroy();
  await database.drop();
});

async function open(): Promise<{ source: DataSource; storage: TypeOrmHandlerStorage }> {
  const entities = [...readModels, Remark, Hen, Egg];
  const options = { type: 'postgres', url: database.url, entities } as const;
  const source = await new DataSource({ ...options, synchronize: true }).initialize();
  sources.push(source);
  return { source, storage: new TypeOrmHandlerStorage(source) };
}

async function rebuild(storage: TypeOrmHandlerStorage, tables: readonly unknown[]): Promise<Lease> {
  const { handler } = await claimNew(storage);
  await storage.startBeside({ ...registration({ handler }), until: 9n, total: 9n }, tables);
  return (await storage.claim(unitOf(handler, 0, 'rebuild'), 'r', 60_000))!.lease;
}

const promote = (
  storage: TypeOrmHandlerStorage,
  lease: Lease,
  tables: readonly unknown[],
): Promise<boolean> =>
  storage.transaction(async (tx) => {
    await tx.advance(lease, { from: 0n, to: 9n, handled: 9 });
    return tx.promote(lease, { partitions: 1, tables });
  }, 10_000);

describe('tables that are rebuilt beside themselves', () => {
  let source: DataSource;
  let storage: TypeOrmHandlerStorage;
  beforeAll(async () => {
    ({ source, storage } = await open());
  });

  const tables = [Board, Card, Folder];
  const write = async (id: string): Promise<void> => {
    const boards = source.getRepository(Board);
    const label = await source.getRepository(Label).save({ name: `label ${id}` });
    await boards.save({ id, title: id, cards: [{ text: id }], labels: [label] });
    await boards.upsert({ id, title: `${id}!` }, ['id']);
    await source
      .getRepository(Card)
      .createQueryBuilder()
      .update()
      .set({ text: `${id}?` })
      .where('text = :id', { id })
      .execute();
    const folders = source.getTreeRepository(Folder);
    const root = await folders.save({ id: id.length * 10 });
    await folders.save({ id: id.length * 10 + 1, parent: root });
  };
  const read = async () => {
    const boards = await source
      .getRepository(Board)
      .find({ relations: { cards: true, labels: true }, order: { id: 'ASC' } });
    const folders = source.getTreeRepository(Folder);
    const joined = await source
      .getRepository(Board)
      .createQueryBuilder('b')
      .innerJoin('b.labels', 'l')
      .innerJoin('b.cards', 'c')
      .getCount();
    return {
      boards: boards.map(({ title, cards, labels }) => [
        title,
        cards.map(({ loud }) => loud),
        labels.map(({ name }) => name),
      ]),
      folders: (await folders.findTrees())
        .map(({ id, children }) => [id, ...children.map((child) => child.id)])
        .toSorted(([a = 0], [b = 0]) => a - b),
      joined,
    };
  };

  it('are written and read instead of them, with all that belongs to them, and then take their place', async () => {
    await write('old');
    const old = { boards: [['old!', ['OLD?'], ['label old']]], folders: [[30, 31]], joined: 1 };
    expect(await read()).toEqual(old);
    const lease = await rebuild(storage, tables);
    const shadowed = (work: () => Promise<void>) =>
      storage.transaction((tx) => tx.join(work, tables), 10_000);
    await shadowed(async () => {
      expect(await read()).toEqual({ boards: [], folders: [], joined: 0 });
      await write('fresh');
      await write('new');
    });
    expect(await read()).toEqual(old);
    const fresh = {
      boards: [
        ['fresh!', ['FRESH?'], ['label fresh']],
        ['new!', ['NEW?'], ['label new']],
      ],
      folders: [
        [30, 31],
        [50, 51],
      ],
      joined: 2,
    };
    await shadowed(async () => expect(await read()).toEqual(fresh));
    const failing = storage.transaction(async (tx) => {
      await tx.advance(lease, { from: 0n, to: 9n, handled: 9 });
      await tx.promote(lease, { partitions: 1, tables });
      throw new Error('undo');
    }, 10_000);
    await expect(failing).rejects.toThrow('undo');
    expect(await read()).toEqual(old);
    expect(await promote(storage, lease, tables)).toBe(true);
    expect(await read()).toEqual(fresh);
    await source.getRepository(Card).save({ text: 'drawn after those that were rebuilt' });
    expect(await source.query(`select 1 from pg_tables where tablename like '%rebuild'`)).toEqual([]);
    expect((await source.driver.createSchemaBuilder().log()).upQueries.map(({ query }) => query)).toEqual(
      expect.not.arrayContaining([expect.stringMatching(/board|folder|naïve/)]),
    );
  });

  it('are never seen empty by whoever reads, nor waited for', async () => {
    await source.query('delete from board_labels_label; delete from "Card; naïve --"; delete from board');
    await source.getRepository(Board).insert(Array.from({ length: 500 }, (_, n) => ({ id: `b${n}` })));
    const reading = new AbortController();
    const counts = new Set<number>();
    const readers = [1, 2, 3].map(async () => {
      while (!reading.signal.aborted) counts.add(await source.getRepository(Board).count());
    });
    for (let round = 1; round <= 3; round += 1) {
      const lease = await rebuild(storage, tables);
      const rows = Array.from({ length: 500 + round }, (_, n) => ({ id: `b${n}` }));
      await storage.transaction(
        (tx) => tx.join(() => source.getRepository(Board).insert(rows), tables),
        10_000,
      );
      await promote(storage, lease, tables);
    }
    reading.abort();
    await Promise.all(readers);
    expect([...counts].filter((count) => count < 500)).toEqual([]);
    expect(counts.size).toBeGreaterThan(1);
    const slow = source.createQueryRunner();
    await slow.startTransaction('REPEATABLE READ');
    await slow.query('select count(*) from board');
    const lease = await rebuild(storage, tables);
    await promote(storage, lease, tables);
    expect(await slow.query('select count(*)::int as n from board')).toEqual([{ n: 503 }]);
    await slow.rollbackTransaction();
    await slow.release();
  });

  it('may refer to each other in a circle', async () => {
    const circle = [Hen, Egg];
    const lay = async () => {
      const egg = await source.getRepository(Egg).save({ id: 1 });
      const hen = await source.getRepository(Hen).save({ id: 1, from: egg });
      return source.getRepository(Hen).countBy({ from: { id: hen.id } });
    };
    await lay();
    const lease = await rebuild(storage, circle);
    expect(await storage.transaction((tx) => tx.join(lay, circle), 5000)).toBe(1);
    expect(await promote(storage, lease, circle)).toBe(true);
    expect(await source.getRepository(Hen).count()).toBe(1);
  });

  it('are refused when rows of others would go with theirs', async () => {
    await expect(rebuild(storage, [Label])).rejects.toMatchObject({
      code: 'REBUILD_REFUSED',
      table: 'label',
      message: expect.stringMatching(/of (remark|board_labels_label) refers to them\. Name the entity of/),
    });
    await expect(rebuild(storage, ['nothing'])).rejects.toThrow(/No metadata for "nothing" was found/);
  });

  it('are dropped when the rebuild is given up, and made anew with the next one', async () => {
    const lease = await rebuild(storage, tables);
    const { handler } = lease.unit;
    await storage.transaction(
      (tx) => tx.join(() => source.getRepository(Board).insert({ id: 'x' }), tables),
      5000,
    );
    await storage.startBeside({ ...registration({ handler }), until: 9n, total: 9n }, tables);
    const count = () =>
      storage.transaction((tx) => tx.join(() => source.getRepository(Board).count(), tables), 5000);
    expect(await count()).toBe(0);
    await expect(promote(storage, lease, tables)).rejects.toThrow(LeaseLostError);
    expect(await storage.cancelBeside(handler, tables)).toBe(true);
    await expect(count()).rejects.toThrow(/does not exist/);
    expect(await source.getRepository(Board).count()).toBeGreaterThanOrEqual(0);
  });
});

it('the name of a table in a rebuild fits, and is no other table', () => {
  expect(shadowName('todo')).toBe('todo__rebuild');
  const long = 'ž'.repeat(31);
  const names = [
    shadowName(long),
    shadowName(`${long}a`),
    shadowName(`${long}b`),
    shadowName('🐎'.repeat(20)),
  ];
  expect(new Set(names).size).toBe(4);
  for (const name of names) {
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(63);
    expect(name).toMatch(/__rebuild$/);
    expect(name.isWellFormed()).toBe(true);
  }
});
