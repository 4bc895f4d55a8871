import { afterEach, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  DEFAULT_RETRY,
  HandlerEngine,
  InMemoryHandlerStorage,
  type HandlerDefinition,
  type UnitKey,
} from '../../../src/projections/index.js';
import { InMemoryJournal, type EventStore } from '../../../src/store/index.js';
import { storeOn } from '../../contract/event-store.contract.js';
import { Todo, TodoCreated } from '../../fixtures/todo.js';

const LEASE = 200;

/** Gives a lease and then says once that it failed, as when a connection breaks before the answer. */
class LossyStorage extends InMemoryHandlerStorage {
  #isLossy = true;

  override async claim(unit: UnitKey, owner: string, leaseFor: number) {
    const claimed = await super.claim(unit, owner, leaseFor);
    if (!claimed || !this.#isLossy) return claimed;
    this.#isLossy = false;
    throw new Error('the connection broke');
  }
}

const seen: unknown[] = [];
let engine: HandlerEngine | undefined;

afterEach(async () => {
  await engine?.stop();
});

const definition: HandlerDefinition = {
  name: 'labels',
  kind: 'projection',
  version: 1,
  partitions: 1,
  mode: 'async',
  startFrom: 'beginning',
  types: ['todo_created'],
  batchSize: 10,
  timeout: 1_000,
  retry: DEFAULT_RETRY,
  concurrency: 1,
  tables: [],
  handler: { handle: (event) => seen.push(event) },
};

function engineOn(store: EventStore, storage: InMemoryHandlerStorage): HandlerEngine {
  return new HandlerEngine({
    instance: 'only',
    definitions: [definition],
    storage,
    feed: store.feed(),
    calls: {
      notify: () => undefined,
      listen: async () => async () => undefined,
      close: async () => undefined,
    },
    options: { leaseFor: LEASE, pollInterval: 10, drainTimeout: 100 },
    around: async (_definition, _events, work) => work(),
    report: () => undefined,
  });
}

it('works on a unit whose claim was not answered', async () => {
  const { store } = storeOn(new InMemoryJournal());
  engine = engineOn(store, new LossyStorage());
  await engine.start();
  await store.append({ aggregate: Todo, id: 'a' }, [new TodoCreated('a')]);
  const deadline = Date.now() + 10 * LEASE;
  while (seen.length === 0 && Date.now() < deadline) await sleep(10);
  expect(seen).toEqual([expect.objectContaining({ label: 'a' })]);
});
