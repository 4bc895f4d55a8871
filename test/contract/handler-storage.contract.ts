import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import {
  HandlerTransactionEndedError,
  LeaseLostError,
  NO_EVENT,
  type HandlerStorage,
  type HandlerTransaction,
  type Lease,
  type NewSideTrack,
  type Registration,
  type UnitKey,
} from '../../src/projections/index.js';
import { partitionOf } from '../../src/store/index.js';

const LEASE = 60_000;
const TIMEOUT = 10_000;

/** A registration of a handler that no other test has. */
export function registration(given: Partial<Registration> = {}): Registration {
  return { handler: randomUUID(), kind: 'projection', version: 1, partitions: 1, position: 0n, ...given };
}

/** The unit of a handler. */
export const unitOf = (handler: string, partition = 0, course: UnitKey['course'] = 'live'): UnitKey => ({
  handler,
  course,
  partition,
});

/** Registers a new handler and claims its first unit. */
export async function claimNew(
  storage: HandlerStorage,
  given: Partial<Registration> = {},
): Promise<{ lease: Lease; handler: string }> {
  const { handler } = registration();
  await storage.register([registration({ handler, ...given })]);
  return { handler, lease: await claim(storage, unitOf(handler)) };
}

async function claim(storage: HandlerStorage, unit: UnitKey, owner = 'a'): Promise<Lease> {
  const claimed = await storage.claim(unit, owner, LEASE);
  if (!claimed) throw new Error('the unit is not free');
  return claimed.lease;
}

const run = <T>(storage: HandlerStorage, work: (tx: HandlerTransaction) => Promise<T>): Promise<T> =>
  storage.transaction(work, TIMEOUT);

const advance = (storage: HandlerStorage, lease: Lease, from: bigint, to: bigint): Promise<void> =>
  run(storage, (tx) => tx.advance(lease, { from, to, handled: Number(to - from) }));

function track(unit: UnitKey, given: Partial<NewSideTrack> = {}): NewSideTrack {
  return {
    unit,
    aggregateType: 'todo',
    aggregateId: '1',
    position: 3n,
    eventId: randomUUID(),
    eventType: 'todo_created',
    aggregateVersion: 1,
    status: 'parked',
    attempts: 8,
    nextTry: new Date('2030-01-01T00:00:00.123Z'),
    error: 'no',
    stack: null,
    ...given,
  };
}

/** What every storage of durable handlers has to do; `open` gives two instances of an application one after the other. */
export function describeHandlerStorage(name: string, open: () => Promise<HandlerStorage>): void {
  describe(`handler storage in ${name}`, () => {
    let one: HandlerStorage;
    let two: HandlerStorage;
    beforeAll(async () => {
      one = await open();
      two = await open();
      await one.prepare();
    });

    const unitsOf = async (handler: string) =>
      (await two.cluster()).units.filter((unit) => unit.handler === handler);

    describe('units', () => {
      it('are made once, by however many instances', async () => {
        const before = Date.now();
        const given = registration({ partitions: 3, position: 7n, version: 2, kind: 'subscription' });
        const other = registration({ handler: given.handler, partitions: 5 });
        await Promise.all(
          Array.from({ length: 10 }, (_, n) => (n % 2 ? one : two).register([given, registration(), given])),
        );
        await one.register([other]);
        const units = await unitsOf(given.handler);
        expect(units).toHaveLength(3);
        units.forEach((unit, partition) => {
          expect(unit).toEqual({
            ...given,
            course: 'live',
            partition,
            handled: 0n,
            paused: false,
            rebuildUntil: null,
            rebuildTotal: null,
            startedAt: expect.any(Date),
            owner: null,
            fence: expect.any(BigInt),
            done: [],
          });
          expect(Math.abs(unit.startedAt.getTime() - before)).toBeLessThan(60_000);
        });
      });

      it('are made with one number of partitions, whoever comes first', async () => {
        const { handler } = registration();
        await Promise.all(
          [4, 2, 3, 4, 2, 3].map((partitions) => one.register([registration({ handler, partitions })])),
        );
        const units = await unitsOf(handler);
        expect(units.map(({ partitions }) => partitions)).toEqual(units.map(() => units.length));
      });

      it.each(['__proto__', "'; drop table projection_checkpoint; --", 'žluťoučký 🐎', '', 'x'.repeat(1000)])(
        'are of a handler with any name: %p',
        async (handler) => {
          await one.register([registration({ handler })]);
          const lease = await claim(one, unitOf(handler));
          await advance(one, lease, 0n, 5n);
          expect(await unitsOf(handler)).toMatchObject([{ position: 5n, owner: 'a' }]);
          await one.leave('a');
        },
      );

      it('keep positions beyond what a number holds', async () => {
        const far = 2n ** 62n;
        const { handler, lease } = await claimNew(one, { position: far });
        await run(one, (tx) => tx.advance(lease, { from: far, to: far + 1n, handled: 1 }));
        expect(await unitsOf(handler)).toMatchObject([{ position: far + 1n, handled: 1n }]);
      });
    });

    describe('leases', () => {
      it('are given to one of ten who ask', async () => {
        const { handler } = registration();
        await one.register([registration({ handler })]);
        const claims = await Promise.all(
          Array.from({ length: 10 }, (_, n) => (n % 2 ? one : two).claim(unitOf(handler), `i${n}`, LEASE)),
        );
        const [won, ...others] = claims.filter((each) => each !== undefined);
        expect(others).toEqual([]);
        expect(won!.state).toMatchObject({ handler, position: 0n, owner: won!.lease.owner });
        expect(won!.lease).toMatchObject({ unit: unitOf(handler), fence: won!.state.fence });
        expect(await one.claim(unitOf(handler), won!.lease.owner, LEASE)).toBeUndefined();
      });

      it('are not given for units that are not there or are paused', async () => {
        expect(await one.claim(unitOf(randomUUID()), 'a', LEASE)).toBeUndefined();
        const { handler } = registration();
        await one.register([registration({ handler })]);
        expect(await two.setPaused(handler, true)).toBe(true);
        expect(await one.claim(unitOf(handler), 'a', LEASE)).toBeUndefined();
        expect(await unitsOf(handler)).toMatchObject([{ paused: true }]);
        await two.setPaused(handler, false);
        expect(await one.claim(unitOf(handler), 'a', LEASE)).toBeDefined();
        expect(await one.setPaused(randomUUID(), true)).toBe(false);
      });

      it('run out and are taken over, and who had them can do nothing any more', async () => {
        const { handler } = registration();
        await one.register([registration({ handler })]);
        const old = (await one.claim(unitOf(handler), 'old', 40))!.lease;
        await sleep(80);
        expect(await unitsOf(handler)).toMatchObject([{ owner: null }]);
        const taken = await claim(two, unitOf(handler), 'new');
        expect(taken.fence).toBeGreaterThan(old.fence);
        await expect(advance(one, old, 0n, 1n)).rejects.toThrow(LeaseLostError);
        await expect(run(one, (tx) => tx.assertLease(old))).rejects.toMatchObject({ handler, partition: 0 });
        let worked = 0;
        const work = async (): Promise<number> => (worked += 1);
        await expect(one.transaction(work, TIMEOUT, undefined, old)).rejects.toThrow(LeaseLostError);
        expect(worked).toBe(0);
        expect(await two.transaction(work, TIMEOUT, undefined, taken)).toBe(1);
        await one.release([old]);
        await run(two, (tx) => tx.assertLease(taken));
        await advance(two, taken, 0n, 1n);
        expect(await unitsOf(handler)).toMatchObject([{ owner: 'new', position: 1n }]);
      });

      it('that ran out are good until somebody takes over', async () => {
        const { handler } = registration();
        await one.register([registration({ handler })]);
        const { lease } = (await one.claim(unitOf(handler), 'late', 1))!;
        await sleep(20);
        await advance(one, lease, 0n, 1n);
        const { units } = await one.heartbeat({ id: 'late', handlers: [] }, LEASE);
        expect(units.filter((unit) => unit.handler === handler)).toMatchObject([{ owner: 'late' }]);
        expect(await two.claim(unitOf(handler), 'new', LEASE)).toBeUndefined();
        await one.leave('late');
      });

      it('are given back', async () => {
        const { handler } = registration();
        await one.register([registration({ handler, partitions: 3 })]);
        const leases = await Promise.all([0, 1, 2].map((n) => claim(one, unitOf(handler, n), 'b')));
        await one.release([]);
        await one.release([leases[0]!, { ...leases[1]!, fence: leases[1]!.fence - 1n }]);
        expect((await unitsOf(handler)).map(({ owner }) => owner)).toEqual([null, 'b', 'b']);
        await expect(advance(one, leases[0]!, 0n, 1n)).rejects.toThrow(LeaseLostError);
        await one.leave('b');
        expect((await unitsOf(handler)).map(({ owner }) => owner)).toEqual([null, null, null]);
      });

      it('show who lives', async () => {
        const [a, b] = [`a${randomUUID()}`, `b${randomUUID()}`];
        await one.heartbeat({ id: a, handlers: ['x', '__proto__'] }, LEASE);
        const both = await two.heartbeat({ id: b, handlers: [] }, LEASE);
        expect(both.instances).toEqual(
          expect.arrayContaining([
            { id: a, handlers: ['x', '__proto__'] },
            { id: b, handlers: [] },
          ]),
        );
        await two.heartbeat({ id: b, handlers: [] }, 10);
        await sleep(30);
        const ids = async () => (await one.cluster()).instances.map(({ id }) => id);
        expect(await ids()).toEqual(expect.arrayContaining([a]));
        expect(await ids()).not.toContain(b);
        await one.leave(a);
        expect(await ids()).not.toContain(a);
      });
    });

    describe('checkpoints', () => {
      it('move from where they are, and only so', async () => {
        const { handler, lease } = await claimNew(one);
        await advance(one, lease, 0n, 4n);
        for (const from of [0n, 3n, 5n])
          await expect(advance(one, lease, from, 9n)).rejects.toThrow(LeaseLostError);
        await run(one, async (tx) => {
          await tx.advance(lease, { from: 4n, to: 6n, handled: 1 });
          await tx.advance(lease, { from: 6n, to: 6n, handled: 2 });
        });
        expect(await unitsOf(handler)).toMatchObject([{ position: 6n, handled: 7n }]);
      });

      it('stay when the transaction fails, with all that was changed', async () => {
        const { handler, lease } = await claimNew(one);
        const failure = new Error('mine');
        const failing = run(one, async (tx) => {
          await tx.putTrack(track(lease.unit));
          await tx.advance(lease, { from: 0n, to: 1n, handled: 1 });
          throw failure;
        });
        await expect(failing).rejects.toBe(failure);
        expect(await unitsOf(handler)).toMatchObject([{ position: 0n }]);
        expect(await one.tracks(lease.unit)).toEqual([]);
      });

      it('answer what the work answers', async () => {
        expect(await run(one, (tx) => tx.join(async () => 42))).toBe(42);
      });

      it('stay when the work is given up', async () => {
        const { handler, lease } = await claimNew(one);
        const stop = new AbortController();
        const reason = new Error('enough');
        let transaction: HandlerTransaction | undefined;
        const working = one.transaction(
          async (tx) => {
            transaction = tx;
            await tx.advance(lease, { from: 0n, to: 1n, handled: 1 });
            stop.abort(reason);
            await new Promise(() => undefined);
          },
          TIMEOUT,
          stop.signal,
        );
        await expect(working).rejects.toBe(reason);
        expect(await unitsOf(handler)).toMatchObject([{ position: 0n }]);
        await expect(transaction!.advance(lease, { from: 0n, to: 1n, handled: 1 })).rejects.toThrow(
          HandlerTransactionEndedError,
        );
        await expect(transaction!.join(async () => 1)).rejects.toThrow(HandlerTransactionEndedError);
        await expect(one.transaction(async () => 1, TIMEOUT, stop.signal)).rejects.toBe(reason);
        await advance(one, lease, 0n, 2n);
      });

      it('of a rebuild in place are in one until its end', async () => {
        const { handler } = await claimNew(one);
        await one.startOver({ ...registration({ handler }), until: 5n, total: 3n }, async () => undefined);
        const lease = await claim(one, unitOf(handler));
        await advance(one, lease, 0n, 4n);
        expect(await unitsOf(handler)).toMatchObject([{ rebuildUntil: 5n, rebuildTotal: 3n }]);
        await advance(one, lease, 4n, 5n);
        expect(await unitsOf(handler)).toMatchObject([
          { rebuildUntil: null, rebuildTotal: null, handled: 5n },
        ]);
      });

      it('are shared by those who only look', async () => {
        const { handler } = await claimNew(one, { partitions: 2 });
        const shared = await run(one, async (tx) => {
          await run(two, async (other) => expect(await other.share(handler)).toHaveLength(2));
          return tx.share(handler);
        });
        expect(shared.map(({ partition }) => partition)).toEqual([0, 1]);
        expect(await run(one, (tx) => tx.share(randomUUID()))).toEqual([]);
      });
    });

    describe('side tracks', () => {
      it('are kept as they are, in the order of their events', async () => {
        const { handler, lease } = await claimNew(one, { partitions: 2 });
        const late = track(lease.unit, {
          position: 12n,
          aggregateId: 'late',
          error: null,
          stack: 'at x\nat y',
        });
        const early = track(unitOf(handler, 1), { aggregateId: '🐎 \' "', attempts: 0, status: 'retrying' });
        await run(one, async (tx) => {
          await tx.putTrack(late);
          await tx.putTrack(early);
        });
        const since = expect.any(Date) as Date;
        const revision = expect.any(BigInt) as bigint;
        expect(await two.tracks({ handler })).toEqual([
          { ...early, since, revision },
          { ...late, since, revision },
        ]);
        expect(await two.tracks(lease.unit)).toEqual([{ ...late, since, revision }]);
        expect(await two.tracks(unitOf(handler, 0, 'rebuild'))).toEqual([]);
      });

      it('are changed by who knows them as they are', async () => {
        const { lease } = await claimNew(one);
        const given = track(lease.unit, { attempts: 1, status: 'retrying' });
        const put = (next: NewSideTrack, replaces?: bigint) => run(one, (tx) => tx.putTrack(next, replaces));
        await put(given);
        await expect(put(given)).rejects.toThrow(LeaseLostError);
        const [first] = await one.tracks(lease.unit);
        await sleep(5);
        await put({ ...given, attempts: 2 }, first!.revision);
        await expect(put({ ...given, attempts: 3 }, first!.revision)).rejects.toThrow(LeaseLostError);
        await expect(run(one, (tx) => tx.removeTrack(first!))).rejects.toThrow(LeaseLostError);
        const [second] = await one.tracks(lease.unit);
        expect(second).toMatchObject({ attempts: 2, since: first!.since });
        const next = track(lease.unit, { position: 9n, attempts: 0, aggregateVersion: 2 });
        await put(next, second!.revision);
        const [third] = await one.tracks(lease.unit);
        expect(third).toMatchObject(next);
        expect(third!.since.getTime()).toBeGreaterThan(first!.since.getTime());
        await run(one, (tx) => tx.removeTrack(third!));
        await expect(put(next, third!.revision)).rejects.toThrow(LeaseLostError);
        expect(await one.tracks(lease.unit)).toEqual([]);
      });

      it('are made once by two at once', async () => {
        const { lease } = await claimNew(one);
        const results = await Promise.allSettled(
          [one, two, one, two].map((storage) => run(storage, (tx) => tx.putTrack(track(lease.unit)))),
        );
        expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
        for (const result of results) {
          if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(LeaseLostError);
        }
      });

      it('take any text for an error', async () => {
        const { lease } = await claimNew(one);
        await fc.assert(
          fc.asyncProperty(fc.string({ unit: 'grapheme-composite' }), async (text) => {
            const aggregateId = randomUUID();
            const given = track(lease.unit, { aggregateId, error: text, stack: text.repeat(20) });
            await run(one, (tx) => tx.putTrack(given));
            const found = (await one.tracks(lease.unit)).find((each) => each.aggregateId === aggregateId);
            expect(found!.error!.replaceAll('\0', '\uFFFD')).toBe(text.replaceAll('\0', '\uFFFD'));
          }),
          { numRuns: 20 },
        );
        await run(one, (tx) => tx.putTrack(track(lease.unit, { aggregateId: 'nul', error: 'a\0b' })));
      });

      it('that are parked are tried again from the start when somebody says so', async () => {
        const { handler, lease } = await claimNew(one, { partitions: 2 });
        const [a, b, c] = [
          track(lease.unit, { aggregateId: 'a' }),
          track(unitOf(handler, 1), { aggregateId: 'b' }),
          track(lease.unit, { aggregateId: 'c', status: 'retrying', attempts: 2 }),
        ];
        await run(one, async (tx) => {
          for (const each of [a, b, c]) await tx.putTrack(each);
        });
        const before = await one.tracks({ handler });
        expect(await two.retry(handler, randomUUID())).toBe(0);
        expect(await two.retry(handler, 'no id')).toBe(0);
        expect(await two.retry(handler, a.eventId.toUpperCase())).toBe(1);
        expect(await two.retry(handler)).toBe(1);
        expect(await two.retry(handler)).toBe(0);
        const after = (await one.tracks({ handler })).toSorted((a, b) =>
          a.aggregateId < b.aggregateId ? -1 : 1,
        );
        const facts = after.map(({ aggregateId, status, attempts }) => [aggregateId, status, attempts]);
        expect(facts).toEqual([
          ['a', 'retrying', 0],
          ['b', 'retrying', 0],
          ['c', 'retrying', 2],
        ]);
        const retried = after.find(({ aggregateId }) => aggregateId === 'a')!;
        expect(Math.abs(retried.nextTry.getTime() - Date.now())).toBeLessThan(60_000);
        const stale = before.find(({ aggregateId }) => aggregateId === 'a')!;
        await expect(run(one, (tx) => tx.removeTrack(stale))).rejects.toThrow(LeaseLostError);
      });

      it('go on behind an event that is skipped', async () => {
        const { handler, lease } = await claimNew(one);
        const given = track(lease.unit);
        await run(one, (tx) => tx.putTrack(given));
        expect(await two.skip(handler, randomUUID(), 'why', undefined)).toBe(false);
        expect(await two.skip(handler, 'no id', 'why', undefined)).toBe(false);
        expect(await two.skip(randomUUID(), given.eventId, 'why', undefined)).toBe(false);
        const next = track(lease.unit, { position: 8n, aggregateVersion: 4, eventType: 'todo_done' });
        expect(await two.skip(handler, given.eventId.toUpperCase(), 'a duplicate\0', next)).toBe(true);
        const { eventId, eventType, position, aggregateVersion } = next;
        const due = {
          eventId,
          eventType,
          position,
          aggregateVersion,
          status: 'retrying',
          attempts: 0,
          error: null,
        };
        expect(await one.tracks({ handler })).toMatchObject([due]);
        expect(await one.skip(handler, given.eventId, 'again', undefined)).toBe(false);
        // Nothing waits behind this one yet, but it may when its worker looks.
        expect(await one.skip(handler, next.eventId, 'this too', undefined)).toBe(true);
        expect(await one.tracks({ handler })).toMatchObject([
          { eventId: NO_EVENT, aggregateVersion: 5, attempts: 0 },
        ]);
        expect(await one.skip(handler, NO_EVENT, 'what', undefined)).toBe(false);
        expect(await two.skipped(handler)).toMatchObject([
          {
            handler,
            eventId: given.eventId,
            position: 3n,
            aggregateType: 'todo',
            aggregateId: '1',
            error: 'no',
          },
          { eventId: next.eventId, position: 8n, reason: 'this too', skippedAt: expect.any(Date) },
        ]);
        expect(await two.skipped(randomUUID())).toEqual([]);
      });
    });

    describe('starting over', () => {
      it('makes new units, forgets side tracks and fences off who worked on the old ones', async () => {
        const { handler, lease } = await claimNew(one, { position: 4n });
        await advance(one, lease, 4n, 9n);
        await run(one, (tx) => tx.putTrack(track(lease.unit)));
        await one.setPaused(handler, true);
        const again = {
          ...registration({ handler, version: 2, partitions: 2, position: 4n }),
          until: 9n,
          total: 7n,
        };
        let resets = 0;
        await two.startOver(again, async (tx) => void (resets += await tx.join(async () => 1)));
        expect(resets).toBe(1);
        const fresh = {
          position: 0n,
          handled: 0n,
          version: 2,
          rebuildUntil: 9n,
          rebuildTotal: 7n,
          paused: true,
        };
        expect(await unitsOf(handler)).toMatchObject([fresh, fresh]);
        expect(await one.tracks({ handler })).toEqual([]);
        for (const from of [0n, 9n])
          await expect(advance(one, lease, from, 10n)).rejects.toThrow(LeaseLostError);
        await two.setPaused(handler, false);
        const taken = await claim(two, lease.unit, lease.owner);
        expect(taken.fence).not.toBe(lease.fence);
        await expect(advance(one, lease, 0n, 1n)).rejects.toThrow(LeaseLostError);
      });

      it('does nothing when the read model cannot be emptied, and has nothing to rebuild without events', async () => {
        const { handler, lease } = await claimNew(one);
        await advance(one, lease, 0n, 3n);
        const again = { ...registration({ handler }), until: 3n, total: 3n };
        const failure = new Error('in use');
        await expect(one.startOver(again, () => Promise.reject(failure))).rejects.toBe(failure);
        expect(await unitsOf(handler)).toMatchObject([{ position: 3n, rebuildUntil: null, owner: 'a' }]);
        await advance(one, lease, 3n, 4n);
        await one.startOver({ ...again, until: 0n, total: 0n }, async () => undefined);
        expect(await unitsOf(handler)).toMatchObject([
          { position: 0n, rebuildUntil: null, rebuildTotal: null },
        ]);
      });
    });

    describe('a rebuild beside the live course', () => {
      const begin = async (storage: HandlerStorage, handler: string) => {
        await storage.startBeside({ ...registration({ handler, version: 2 }), until: 5n, total: 5n }, []);
        return claim(storage, unitOf(handler, 0, 'rebuild'), 'r');
      };
      const promote = (lease: Lease, partitions = 1) =>
        run(two, (tx) => tx.promote(lease, { partitions, tables: [] }));

      it('takes its place when it has caught up', async () => {
        const { handler, lease } = await claimNew(one);
        await advance(one, lease, 0n, 5n);
        await run(one, (tx) => tx.putTrack(track(lease.unit, { aggregateId: 'old' })));
        const rebuild = await begin(two, handler);
        const found = track(rebuild.unit, { aggregateId: 'found' });
        await run(two, (tx) => tx.putTrack(found));
        await advance(two, rebuild, 0n, 4n);
        expect(await promote(rebuild)).toBe(false);
        expect(await unitsOf(handler)).toHaveLength(2);
        await advance(two, rebuild, 4n, 5n);
        expect(await promote(rebuild, 3)).toBe(true);
        const units = await unitsOf(handler);
        expect(units.map(({ partition }) => partition)).toEqual([0, 1, 2]);
        for (const unit of units) {
          expect(unit).toMatchObject({
            course: 'live',
            position: 5n,
            version: 2,
            rebuildUntil: null,
            partitions: 3,
          });
        }
        const partition = partitionOf('todo', 'found', 3);
        expect(await one.tracks({ handler })).toMatchObject([{ ...found, unit: unitOf(handler, partition) }]);
        await expect(advance(one, lease, 5n, 6n)).rejects.toThrow(LeaseLostError);
        await expect(advance(two, rebuild, 5n, 6n)).rejects.toThrow(LeaseLostError);
        await expect(promote(rebuild)).rejects.toThrow(LeaseLostError);
      });

      it('is not promoted by who has lost it, nor with a lease of the live course', async () => {
        const { handler, lease } = await claimNew(one);
        const rebuild = await begin(one, handler);
        await one.release([rebuild]);
        await expect(promote(rebuild)).rejects.toThrow(LeaseLostError);
        await one.cancelBeside(handler, []);
        await expect(promote(lease)).rejects.toThrow(LeaseLostError);
        expect(await unitsOf(handler)).toHaveLength(1);
      });

      it('can be begun anew and given up', async () => {
        const { handler } = await claimNew(one);
        const first = await begin(one, handler);
        await run(one, (tx) => tx.putTrack(track(first.unit)));
        const second = await begin(one, handler);
        expect(await one.tracks(first.unit)).toEqual([]);
        await expect(advance(one, first, 0n, 1n)).rejects.toThrow(LeaseLostError);
        await advance(one, second, 0n, 1n);
        expect(await two.cancelBeside(handler, [])).toBe(true);
        expect(await two.cancelBeside(handler, [])).toBe(false);
        await expect(advance(one, second, 1n, 2n)).rejects.toThrow(LeaseLostError);
        expect(await unitsOf(handler)).toMatchObject([{ course: 'live', owner: 'a' }]);
      });
    });

    describe('dividing anew', () => {
      const divide = (handler: string, partitions: number) =>
        one.repartition(handler, partitions, (type, id) => partitionOf(type, id, partitions));

      it('begins at the earliest and remembers what is done beyond', async () => {
        const { handler, lease } = await claimNew(one, { partitions: 3 });
        const others = await Promise.all([1, 2].map((n) => claim(one, unitOf(handler, n))));
        await advance(one, lease, 0n, 10n);
        await advance(one, others[0]!, 0n, 4n);
        await advance(one, others[1]!, 0n, 7n);
        await run(one, (tx) => tx.putTrack(track(lease.unit, { aggregateId: 'x' })));
        await divide(handler, 2);
        const layer = { positions: [10n, 4n, 7n] };
        const [first, second, ...rest] = await unitsOf(handler);
        expect(rest).toEqual([]);
        expect(first).toMatchObject({ partitions: 2, position: 4n, handled: 21n, done: [layer] });
        expect(second).toMatchObject({ partitions: 2, position: 4n, handled: 0n, done: [layer] });
        expect(await one.tracks({ handler })).toMatchObject([
          { unit: unitOf(handler, partitionOf('todo', 'x', 2)) },
        ]);
        for (const old of [lease, ...others]) {
          await expect(advance(one, old, 4n, 11n)).rejects.toThrow(LeaseLostError);
        }
        const again = await claim(one, lease.unit);
        await advance(one, again, 4n, 9n);
        await divide(handler, 2);
        expect(await unitsOf(handler)).toMatchObject([{ position: 9n, owner: 'a' }, { position: 4n }]);
        await divide(handler, 1);
        const layers = [layer, { positions: [9n, 4n] }];
        expect(await unitsOf(handler)).toMatchObject([{ position: 4n, done: layers }]);
        const last = await claim(one, lease.unit);
        await advance(one, last, 4n, 9n);
        expect(await unitsOf(handler)).toMatchObject([{ done: layers }]);
        await advance(one, last, 9n, 10n);
        expect(await unitsOf(handler)).toMatchObject([{ done: [], handled: 32n }]);
      });

      it('has nothing to remember where all stand at one place, and keeps a rebuild going', async () => {
        const { handler } = await claimNew(one);
        await one.startOver({ ...registration({ handler }), until: 8n, total: 6n }, async () => undefined);
        await advance(one, await claim(one, unitOf(handler)), 0n, 3n);
        await divide(handler, 4);
        const units = await unitsOf(handler);
        expect(units).toHaveLength(4);
        for (const unit of units)
          expect(unit).toMatchObject({ position: 3n, done: [], rebuildUntil: 8n, rebuildTotal: 6n });
        await divide(randomUUID(), 3);
      });

      it('is done by many at once as by one', async () => {
        const { handler, lease } = await claimNew(one);
        await advance(one, lease, 0n, 3n);
        await Promise.all(
          [one, two, one, two].map((storage) =>
            storage.repartition(handler, 5, (type, id) => partitionOf(type, id, 5)),
          ),
        );
        const units = await unitsOf(handler);
        expect(units.map(({ partition, position }) => [partition, position])).toEqual(
          [0, 1, 2, 3, 4].map((partition) => [partition, 3n]),
        );
      });

      it('neither loses nor doubles an event, however often and wherever it happens', async () => {
        const step = fc.record({
          partitions: fc.integer({ min: 1, max: 4 }),
          moves: fc.array(fc.nat(3), { maxLength: 6 }),
        });
        await fc.assert(
          fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 4 }), async (steps) => {
            const { handler } = registration();
            await one.register([registration({ handler })]);
            const events = Array.from({ length: 30 }, (_, n) => ({
              position: BigInt(n + 1),
              id: `${n % 7}`,
            }));
            const seen = new Map<bigint, number>();
            const work = async (partition: number, to: bigint) => {
              const units = await unitsOf(handler);
              const unit = units.find((each) => each.partition === partition);
              if (!unit || to <= unit.position) return;
              const claimed = (await one.claim(unitOf(handler, partition), 'p', LEASE))!;
              for (const { position, id } of events) {
                if (position <= unit.position || position > to) continue;
                if (partitionOf('t', id, units.length) !== partition) continue;
                if (
                  unit.done.some(
                    ({ positions }) => position <= positions[partitionOf('t', id, positions.length)]!,
                  )
                )
                  continue;
                seen.set(position, (seen.get(position) ?? 0) + 1);
              }
              await advance(one, claimed.lease, unit.position, to);
              await one.release([claimed.lease]);
            };
            for (const { partitions, moves } of steps) {
              await divide(handler, partitions);
              for (const [n, move] of moves.entries()) await work(move % partitions, BigInt(n * 5 + move));
            }
            for (const { partition } of await unitsOf(handler)) await work(partition, 30n);
            expect([...seen.values()]).toEqual(events.map(() => 1));
          }),
          { numRuns: 15 },
        );
      });
    });
  });
}
