import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import {
  Aggregate,
  Apply,
  InvalidArgumentError,
  SnapshotStateError,
  UnregisteredAggregateError,
  type AggregateClass,
  type AggregateRepository,
} from 'nestevents';
import { type SnapshotRecord, type SnapshotStorage } from '../../src/snapshots/index.js';
import type { Journal } from '../../src/store/index.js';
import { Closed, Entered, Ledger, stateOf } from '../fixtures/ledger.js';
import { snapshotsOn, type SnapshotStore } from '../fixtures/snapshot-store.js';
import { Todo } from '../fixtures/todo.js';

/** A journal and what snapshots are kept in beside it. */
export interface SnapshotAdapters {
  readonly journal: Journal;
  readonly storage: SnapshotStorage;
  /** Sets the clock back or forth for what is stored next. */
  setTime(milliseconds: number): Promise<void>;
}

/** What snapshots do on any journal. */
export function describeSnapshots(
  name: string,
  { create, runs }: { create: () => Promise<SnapshotAdapters>; runs: number },
): void {
  describe(`snapshots on ${name}`, () => {
    let adapters: SnapshotAdapters;
    let app: SnapshotStore;
    let ledgers: AggregateRepository<Ledger>;
    let replayed: AggregateRepository<Ledger>;
    let id: string;

    beforeAll(async () => {
      adapters = await create();
      await adapters.journal.prepare();
      await adapters.storage.prepare();
    });
    beforeEach(() => {
      app = deploy();
      ledgers = app.repository(Ledger);
      replayed = app.replaying(Ledger);
      id = randomUUID();
    });

    const deploy = (...aggregates: AggregateClass[]): SnapshotStore =>
      snapshotsOn(adapters.journal, adapters.storage, aggregates.length > 0 ? aggregates : [Ledger]);

    /** Saves events one by one, and waits for the snapshots that makes due. */
    async function enter(count: number, of = ledgers): Promise<Ledger> {
      const ledger = (await of.find(id)) ?? new Ledger(id);
      for (let n = 1; n <= count; n += 1) {
        ledger.enter(`account ${n % 3}`, BigInt(ledger.version));
        await of.save(ledger);
        await app.service.settled();
      }
      return ledger;
    }

    /** The snapshot that a load would use, where it is not of the present shape too. */
    async function newest(toVersion?: number): Promise<SnapshotRecord | undefined> {
      let found: SnapshotRecord | undefined;
      const { read } = adapters.storage;
      const spy: SnapshotStorage['read'] = async (query) => {
        const answer = await read.call(adapters.storage, query);
        found = answer.snapshot;
        return answer;
      };
      Object.assign(adapters.storage, { read: spy });
      try {
        await ledgers.find(id, { version: toVersion });
      } finally {
        Object.assign(adapters.storage, { read });
      }
      return found;
    }

    const versionOf = async (toVersion?: number): Promise<number | undefined> =>
      (await newest(toVersion))?.aggregateVersion;

    describe('are taken', () => {
      it('when so many events were saved since the last one', async () => {
        const ledger = await enter(9);
        expect(await newest()).toBeUndefined();
        ledger.enter('a', 1n);
        ledger.enter('b', 2n);
        await ledgers.save(ledger);
        await app.service.settled();
        expect(await versionOf()).toBe(11);
        await enter(9);
        expect(await versionOf()).toBe(11);
        await enter(1);
        expect(await versionOf()).toBe(21);
        expect(await versionOf(20)).toBe(11);
        expect(app.reports).toEqual([]);
      });

      it('of what is stored, not of what the aggregate at hand has become', async () => {
        const ledger = await enter(9);
        ledger.enter('a', 1n);
        const saving = ledgers.save(ledger);
        ledger.accounts.set('never', 1n);
        await saving;
        ledger.enter('never saved', 2n);
        await app.service.settled();
        expect(await versionOf()).toBe(10);
        expect(stateOf(await ledgers.load(id))).toEqual(stateOf(await replayed.load(id)));
      });

      it('once, when many save at once', async () => {
        await enter(1);
        let written = 0;
        const { write } = adapters.storage;
        Object.assign(adapters.storage, {
          write: async (snapshot: SnapshotRecord) => {
            written += 1;
            return write.call(adapters.storage, snapshot);
          },
        });
        try {
          const apart = Array.from({ length: 4 }, () => deploy());
          const save = async (n: number): Promise<unknown> =>
            apart[n % 4]!.repository(Ledger).update(id, (ledger) => ledger.enter('a', 1n), { attempts: 100 });
          await Promise.all(Array.from({ length: 40 }, async (_, n) => save(n)));
          for (const each of apart) await each.service.settled();
          for (const each of apart) expect(each.reports).toEqual([]);
        } finally {
          Object.assign(adapters.storage, { write });
        }
        // Several processes may find the same one due; more than one each for every ten events there cannot be.
        expect(written).toBeGreaterThanOrEqual(3);
        expect(written).toBeLessThanOrEqual(16);
        expect(stateOf(await ledgers.load(id))).toEqual(stateOf(await replayed.load(id)));
        expect((await ledgers.load(id)).version).toBe(41);
      });

      it('not of aggregates that say no, but of others where the module says how often', async () => {
        @Aggregate({ name: 'silent', snapshot: false })
        class Silent extends Ledger {}
        @Aggregate({ name: 'plain' })
        class Plain extends Ledger {}
        const given = { options: { every: 2 } };
        const both = snapshotsOn(adapters.journal, adapters.storage, [Silent], given);
        const silent = new Silent(id);
        for (let n = 0; n < 30; n += 1) silent.enter('a', 1n);
        await both.repository(Silent).save(silent);
        await both.service.settled();
        await expect(both.service.take(Silent, id)).rejects.toThrow(/Snapshots of Silent are switched off/);

        // The events belong to one aggregate of a store.
        const other = snapshotsOn(adapters.journal, adapters.storage, [Plain], given);
        const plain = new Plain(id);
        plain.apply(new Closed(true));
        plain.apply(new Closed(false));
        await other.repository(Plain).save(plain);
        await other.service.settled();
        expect(await other.service.delete(Plain, id)).toBe(1);
        expect(await other.service.delete(Plain, id)).toBe(0);
      });

      it('on demand', async () => {
        await enter(3);
        expect(await app.service.take(Ledger, id)).toBe(3);
        expect(await app.service.take(Ledger, id)).toBe(3);
        expect(await versionOf()).toBe(3);
        expect(await app.service.take(Ledger, randomUUID())).toBe(0);
        await expect(app.service.take(Ledger, '')).rejects.toThrow(InvalidArgumentError);
        await expect(app.service.take(Todo, id)).rejects.toThrow(UnregisteredAggregateError);
      });
    });

    describe('are used', () => {
      it('by loads, which then fold only what came after', async () => {
        await enter(25);
        const folded: number[] = [];
        class Watched extends Ledger {
          override loadFromHistory(events: Entered[]): void {
            folded.push(...events.map(({ aggregateVersion }) => aggregateVersion));
            super.loadFromHistory(events);
          }
        }
        Aggregate({ name: 'ledger', snapshot: { every: 10 } })(Watched);
        const watched = deploy(Watched).repository(Watched);
        const loads: [object, number[]][] = [
          [{}, [21, 22, 23, 24, 25]],
          [{ version: 24 }, [21, 22, 23, 24]],
          [{ version: 20 }, []],
          [{ version: 19 }, [11, 12, 13, 14, 15, 16, 17, 18, 19]],
          [{ version: 3 }, [1, 2, 3]],
          [{ asOf: new Date(8.64e15) }, [21, 22, 23, 24, 25]],
        ];
        for (const [moment, versions] of loads) {
          folded.length = 0;
          expect(stateOf(await watched.load(id, moment))).toEqual(stateOf(await replayed.load(id, moment)));
          expect(folded).toEqual(versions);
        }
        expect(await watched.find(id, { asOf: new Date(-8.64e15) })).toBeNull();
        expect(await watched.find(id, { version: 26 })).toBeNull();
        expect(await watched.find(randomUUID())).toBeNull();
        await expect(watched.load(id, { asOf: new Date(NaN) })).rejects.toThrow(InvalidArgumentError);
      });

      it('for what is saved after them', async () => {
        await enter(12);
        const loaded = await ledgers.load(id);
        loaded.enter('a', 5n);
        await ledgers.save(loaded);
        expect(loaded.version).toBe(13);
        const past = await ledgers.load(id, { version: 11 });
        past.enter('a', 1n);
        await expect(ledgers.save(past)).rejects.toMatchObject({ code: 'PAST_AGGREGATE' });
      });

      it('and give the state that a full replay gives, for any history, moment and choice of snapshots', async () => {
        const event = fc.oneof(
          fc
            .tuple(
              fc.constantFrom('a', 'b', '__proto__', 'constructor', '', 'ä🐘"\\'),
              fc.bigInt({ min: -3n, max: 10n ** 20n }),
              fc.option(fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) }), {
                nil: undefined,
              }),
            )
            .map(([account, amount, at]) =>
              at ? new Entered(account, amount, at) : new Entered(account, amount),
            ),
          fc.boolean().map((closed) => new Closed(closed)),
        );
        const step = fc.record({ event, time: fc.integer({ min: 0, max: 20 }), take: fc.boolean() });
        let histories = 0;
        let loads = 0;
        await fc.assert(
          fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (history) => {
            id = randomUUID();
            const base = 1_800_000_000_000;
            for (const { event: next, time, take } of history) {
              await adapters.setTime(base + time);
              await app.store.append({ aggregate: Ledger, id }, [clone(next)]);
              if (take) await app.service.take(Ledger, id);
            }
            const times = [-1, ...history.map(({ time }) => time), 21].map((time) => new Date(base + time));
            const moments = [
              {},
              ...history.map((_, index) => ({ version: index + 1 })),
              ...[...new Set(times.map(Number))].map((time) => ({ asOf: new Date(time) })),
            ];
            for (const moment of moments) {
              const [used, full] = [await ledgers.find(id, moment), await replayed.find(id, moment)];
              expect(stateOf(used)).toStrictEqual(stateOf(full));
              if (used) for (const { of } of used.steps) expect(of).toBe(used.accounts);
              loads += 1;
            }
            histories += 1;
          }),
          { numRuns: runs },
        );
        expect(app.reports).toEqual([]);
        process.stdout.write(`\nsnapshots on ${name}: ${histories} histories, ${loads} loads\n`);
      }, 120_000);
    });

    describe('are not used', () => {
      const LIES = { accounts: new Map([['wrong', 1n]]) };

      it.each<[string, (snapshot: SnapshotRecord) => Partial<SnapshotRecord>]>([
        ['a state that is no JSON', () => ({ state: '{' })],
        ['a state that is cut off', ({ state }) => ({ state: state.slice(0, -5) })],
        ['another state', ({ state }) => ({ state: state.replace('account', 'ACCOUNT') })],
        ['another checksum', () => ({ checksum: '0'.repeat(64) })],
        ['another event', () => ({ eventId: randomUUID() })],
        ['a later moment', ({ until }) => ({ until: new Date(until.getTime() - 60_000) })],
      ])('when they are damaged: %s', async (_, damage) => {
        await enter(12);
        const snapshot = (await newest())!;
        await adapters.storage.write({ ...snapshot, ...damage(snapshot) });
        const expected = stateOf(await replayed.load(id));
        expect(stateOf(await ledgers.load(id))).toEqual(expected);
        expect(app.reports).toHaveLength(1);
        expect(app.reports[0]!.message).toMatch(/snapshot of ledger ".*" at version 10 is damaged/);
        await app.service.settled();
        expect(await versionOf()).toBe(12);
        expect(stateOf(await ledgers.load(id))).toEqual(expected);
        expect(app.reports).toHaveLength(1);
      });

      it('when they stand in the row of another aggregate', async () => {
        await enter(12);
        const foreign = (await newest())!;
        id = randomUUID();
        await enter(12);
        await adapters.storage.write({ ...foreign, aggregateId: id, eventId: (await newest())!.eventId });
        expect(stateOf(await ledgers.load(id))).toEqual(stateOf(await replayed.load(id)));
        expect(app.reports).toHaveLength(1);
      });

      it('when they are of another past, or beyond the end, as after a restore from an older dump', async () => {
        await enter(12);
        const own = (await newest())!;
        const { sealed } = await import('../../src/snapshots/snapshot-record.js');
        for (const beyond of [
          { ...own, eventId: randomUUID() },
          { ...own, aggregateVersion: 1000, eventId: randomUUID() },
        ]) {
          app.reports.length = 0;
          await adapters.storage.write(sealed(beyond));
          expect(stateOf(await ledgers.load(id))).toEqual(stateOf(await replayed.load(id)));
          expect(app.reports[0]!.error).toMatchObject({
            message: expect.stringContaining('another past') as string,
          });
          await app.service.settled();
        }
        expect(await versionOf()).toBe(12);
      });

      it('when fromSnapshot does not take them', async () => {
        class Picky extends Ledger {
          override toSnapshot(): unknown {
            return 1;
          }
          override fromSnapshot(): void {
            this.accounts.set('half', 1n);
            throw new Error('not mine');
          }
        }
        Aggregate({ name: 'ledger', snapshot: { every: 10 } })(Picky);
        const picky = deploy(Picky);
        await enter(12);
        expect(await picky.service.take(Picky, id)).toBe(12);
        expect(stateOf(await picky.repository(Picky).load(id))).toEqual(stateOf(await replayed.load(id)));
        expect(picky.reports).toMatchObject([
          { message: expect.stringMatching(/not taken over by Picky/) as string },
        ]);
      });

      it('when fromSnapshot answers a promise, nor are they taken when toSnapshot does', async () => {
        class Late extends Ledger {
          override toSnapshot(): unknown {
            return 1;
          }
          // oxlint-disable-next-line typescript/no-misused-promises
          override fromSnapshot(): Promise<void> {
            return Promise.reject(new Error('too late'));
          }
        }
        class LateToo extends Late {
          override toSnapshot(): unknown {
            return Promise.reject(new Error('too late'));
          }
          override fromSnapshot(): Promise<void> {
            return Promise.resolve();
          }
        }
        for (const aggregate of [Late, LateToo]) {
          Aggregate({ name: 'ledger', snapshot: { every: 10 } })(aggregate);
        }
        await enter(12);
        const late = deploy(Late);
        expect(await late.service.take(Late, id)).toBe(12);
        expect(stateOf(await late.repository(Late).load(id))).toEqual(stateOf(await replayed.load(id)));
        expect(late.reports[0]!.error).toMatchObject({
          message: expect.stringMatching(/a promise/) as string,
        });
        await expect(deploy(LateToo).service.take(LateToo, id)).rejects.toThrow(/it is a Promise/);
      });

      it('when their version is another one: they are replaced', async () => {
        @Aggregate({ name: 'ledger', snapshot: { every: 10, version: 2 } })
        class Second extends Ledger {}
        const second = deploy(Second);
        await enter(15);
        await adapters.storage.write({ ...(await newest())!, state: JSON.stringify(LIES) });
        expect(stateOf(await second.repository(Second).load(id))).toEqual(stateOf(await replayed.load(id)));
        expect(second.reports).toEqual([]);
        expect(await second.service.take(Second, id)).toBe(15);
        await adapters.storage.delete('ledger', id);
        await app.service.take(Ledger, id);
        // Of one version of an aggregate there is one.
        expect(await second.service.take(Second, id)).toBe(15);
        expect(await newest()).toBeUndefined();
      });

      it('when a fresh aggregate has other properties, and when an @Apply method is another one', async () => {
        @Aggregate({ name: 'ledger', snapshot: { every: 10 } })
        class Wider extends Ledger {
          entries = 0;
          @Apply(Entered)
          protected override onEntered(event: Entered): void {
            super.onEntered(event);
            this.entries += 1;
          }
        }
        @Aggregate({ name: 'ledger', snapshot: { every: 10 } })
        class Mended extends Ledger {
          @Apply(Closed)
          protected override onClosed({ closed }: Closed): void {
            this.closed = !closed;
          }
        }
        @Aggregate({ name: 'ledger', snapshot: { every: 10 } })
        class Renamed extends Ledger {}
        await enter(12);
        const folds = async (of: typeof Ledger): Promise<number> => {
          let first = 0;
          const { loadFromHistory } = of.prototype;
          of.prototype.loadFromHistory = function (this: Ledger, events: Entered[]) {
            first ||= events[0]!.aggregateVersion;
            return loadFromHistory.call(this, events);
          };
          await deploy(of).repository(of).load(id);
          of.prototype.loadFromHistory = loadFromHistory;
          return first;
        };
        expect(await folds(Renamed)).toBe(11);
        expect(await folds(Mended)).toBe(1);
        expect(await folds(Wider)).toBe(1);
        expect((await deploy(Wider).repository(Wider).load(id)).entries).toBe(12);
      });
    });

    describe('of states that they cannot keep', () => {
      class Money {
        constructor(readonly cents: bigint) {}
      }
      @Aggregate({ name: 'ledger', snapshot: { every: 3 } })
      class Rich extends Ledger {
        total = { sum: new Money(0n) };
      }

      it('are not taken: it is logged what to do, and the save does not fail', async () => {
        const rich = deploy(Rich);
        const repository = rich.repository(Rich);
        const ledger = new Rich(id);
        for (let n = 0; n < 8; n += 1) {
          ledger.enter('a', 1n);
          await repository.save(ledger);
          await rich.service.settled();
        }
        // Not at every save, but as often as there should be one.
        expect(rich.reports).toHaveLength(2);
        expect(String(rich.reports[0]!.error)).toMatch(
          /The state of Rich ".*" cannot be kept in a snapshot: \.total\.sum is a Money\. Give Rich the methods toSnapshot/,
        );
        await expect(rich.service.take(Rich, id)).rejects.toThrow(SnapshotStateError);
        expect(stateOf(await repository.load(id))).toMatchObject({ version: 8 });
      });

      it('are taken of those that tell their state themselves', async () => {
        class Told extends Rich {
          override toSnapshot(): unknown {
            return { accounts: this.accounts, steps: this.steps, cents: 7n };
          }
          override fromSnapshot(state: {
            accounts: Map<string, bigint>;
            steps: Ledger['steps'];
            cents: bigint;
          }): void {
            this.accounts = state.accounts;
            this.steps = state.steps;
            this.total = { sum: new Money(state.cents) };
          }
        }
        Aggregate({ name: 'ledger', snapshot: { every: 3 } })(Told);
        const told = deploy(Told);
        await enter(4);
        await told.service.take(Told, id);
        const loaded = await told.repository(Told).load(id);
        expect(loaded.total.sum).toEqual(new Money(7n));
        expect(loaded.accounts).toEqual((await replayed.load(id)).accounts);
      });
    });

    describe('of all aggregates', () => {
      /** An aggregate name of the test's own, because all streams are looked at. */
      const fresh = (): typeof Ledger => {
        class Numbered extends Ledger {}
        Aggregate({ name: `ledger_${randomUUID()}`, snapshot: { every: 5 } })(Numbered);
        return Numbered;
      };
      const fill = async (
        all: SnapshotStore,
        of: typeof Ledger,
        count: number,
        events: number,
      ): Promise<void> => {
        for (let n = 0; n < count; n += 1) {
          const append = Array.from({ length: events }, (_, index) => new Entered('a', BigInt(index)));
          await all.store.append({ aggregate: of, id: `${of.name}-${n}` }, append);
        }
      };

      it('are taken, those that are due: of 1,000 as well', async () => {
        const numbered = fresh();
        const all = deploy(numbered);
        await fill(all, numbered, 1_000, 5);
        await all.store.append({ aggregate: numbered, id: 'few' }, [new Entered('a', 1n)]);
        const progress: number[] = [];
        const onProgress = ({ examined }: { examined: number }): void => void progress.push(examined);
        expect(await all.service.takeAll(numbered, { onProgress })).toEqual({
          examined: 1_001,
          taken: 1_000,
          failed: 0,
          complete: true,
        });
        expect(progress).toEqual([200, 400, 600, 800, 1_000, 1_001]);
        expect(await all.service.takeAll(numbered)).toMatchObject({ examined: 1_001, taken: 0 });
        expect(await all.service.takeAll(numbered, { every: 1 })).toMatchObject({ taken: 1 });
        expect(await all.service.take(numbered, 'few')).toBe(1);
      }, 60_000);

      it('are taken by several at once without harm, and each at most once too often', async () => {
        const numbered = fresh();
        const all = [deploy(numbered), deploy(numbered), deploy(numbered)];
        await fill(all[0]!, numbered, 50, 6);
        const results = await Promise.all(all.map(async ({ service }) => service.takeAll()));
        const taken = results.reduce((sum, each) => sum + each.taken, 0);
        expect(taken).toBeGreaterThanOrEqual(50);
        expect(
          results.every(({ examined, failed, complete }) => examined === 50 && failed === 0 && complete),
        ).toBe(true);
        expect(await all[0]!.service.deleteAll(numbered)).toBe(50);
      });

      it('ends early when it is told to, and at the shutdown', async () => {
        const numbered = fresh();
        const all = deploy(numbered);
        await fill(all, numbered, 250, 5);
        const abort = new AbortController();
        const onProgress = (): void => abort.abort();
        const half = await all.service.takeAll(numbered, { signal: abort.signal, onProgress });
        expect(half).toEqual({ examined: 200, taken: 200, failed: 0, complete: false });
        const rest = all.service.takeAll(numbered);
        await all.service.close();
        expect((await rest).complete).toBe(false);
        expect(await deploy(numbered).service.takeAll(numbered)).toMatchObject({
          examined: 250,
          complete: true,
        });
        expect(await deploy(numbered).service.deleteAll(numbered)).toBe(250);
      });

      it('counts and logs what cannot be taken, and goes on', async () => {
        const numbered = fresh();
        const all = deploy(numbered);
        await fill(all, numbered, 3, 5);
        const { write } = adapters.storage;
        const failing = async (snapshot: SnapshotRecord): Promise<void> => {
          if (snapshot.aggregateId.endsWith('-1')) throw new Error('no');
          return write.call(adapters.storage, snapshot);
        };
        Object.assign(adapters.storage, { write: failing });
        try {
          expect(await all.service.takeAll(numbered)).toMatchObject({ examined: 3, taken: 2, failed: 1 });
        } finally {
          Object.assign(adapters.storage, { write });
        }
        expect(all.reports).toHaveLength(1);
        expect(await all.service.takeAll(numbered)).toMatchObject({ taken: 1, failed: 0 });
      });

      it('are deleted, but the newest so many', async () => {
        const numbered = fresh();
        const all = deploy(numbered);
        for (let round = 0; round < 4; round += 1) {
          await fill(all, numbered, 3, 5);
          expect(await all.service.takeAll(numbered)).toMatchObject({ taken: 3 });
        }
        expect(await all.service.deleteAll(numbered, { keep: 3 })).toBe(3);
        expect(await all.service.deleteAll(undefined, { keep: 1 })).toBe(6);
        expect(await all.service.delete(numbered, `${numbered.name}-0`)).toBe(1);
        expect(await all.service.deleteAll(numbered)).toBe(2);
        expect(await all.service.deleteAll(numbered)).toBe(0);
        await expect(all.service.deleteAll(numbered, { keep: -1 })).rejects.toThrow(InvalidArgumentError);
        await expect(all.service.takeAll(numbered, { every: 0 })).rejects.toThrow(InvalidArgumentError);
      });
    });
  });
}

/** Events are stored once each. */
function clone<E extends Entered | Closed>(event: E): E {
  return Object.assign(Object.create(Object.getPrototypeOf(event) as object) as E, event);
}
