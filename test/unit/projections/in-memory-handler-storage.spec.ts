import { InMemoryHandlerStorage, LeaseLostError } from '../../../src/projections/index.js';
import { claimNew, describeHandlerStorage } from '../../contract/handler-storage.contract.js';

const shared = new InMemoryHandlerStorage();

describeHandlerStorage('memory', async () => shared);

it('goes by the clock it is given', async () => {
  let now = new Date('2030-01-01T00:00:00Z');
  const storage = new InMemoryHandlerStorage(() => now);
  const { lease } = await claimNew(storage);
  now = new Date('2030-01-01T00:00:59.999Z');
  expect(await storage.claim(lease.unit, 'b', 1)).toBeUndefined();
  now = new Date('2030-01-01T00:01:00Z');
  expect(await storage.claim(lease.unit, 'b', 1)).toBeDefined();
});

it('forgets an instance that has not been heard of for ten leases', async () => {
  let now = 0;
  const storage = new InMemoryHandlerStorage(() => new Date(now));
  await storage.heartbeat({ id: 'a', handlers: [] }, 10);
  now = 5;
  expect((await storage.heartbeat({ id: 'b', handlers: [] }, 10)).instances).toHaveLength(2);
  now = 12;
  expect((await storage.cluster()).instances).toEqual([{ id: 'b', handlers: [] }]);
});

it('commits nothing of a transaction whose unit was taken meanwhile', async () => {
  const storage = new InMemoryHandlerStorage();
  const { lease } = await claimNew(storage);
  const working = storage.transaction(async (tx) => {
    await tx.advance(lease, { from: 0n, to: 1n, handled: 1 });
    await storage.release([lease]);
    await storage.claim(lease.unit, 'b', 1000);
  }, 1000);
  await expect(working).rejects.toThrow(LeaseLostError);
  expect((await storage.cluster()).units).toMatchObject([{ position: 0n, handled: 0n, owner: 'b' }]);
});
