import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { DomainEvent } from '../../../src/domain/index.js';
import { HandlerCall, HandlerFailure } from '../../../src/projections/handler-call.js';
import type {
  Delivery,
  DurableEventHandler,
  HandlerDefinition,
} from '../../../src/projections/handler-definition.js';
import { HandlerTimeoutError } from '../../../src/projections/projections.errors.js';

class Happened extends DomainEvent {}

const event = { eventId: '1', read: async () => new Happened() };

function call(handler: DurableEventHandler, timeout = 5_000): HandlerCall {
  const definition: Partial<HandlerDefinition> = { name: 'it', timeout, handler };
  return new HandlerCall(definition as HandlerDefinition);
}

/** A handler that hangs until it is told to end, and keeps what it was told. */
function hanging(): DurableEventHandler & { reasons: unknown[] } {
  const wait = async ({ signal }: Pick<Delivery, 'signal'>): Promise<void> => {
    await once(signal, 'abort');
    reasons.push(signal.reason);
  };
  const reasons: unknown[] = [];
  return {
    reasons,
    handle: async (_, delivery) => wait(delivery),
    handleBatch: async (_, delivery) => wait(delivery),
  };
}

describe('the signal of a call', () => {
  it.each(['one', 'many'] as const)('is aborted when its time is over (%s)', async (way) => {
    const handler = hanging();
    const { signal } = new AbortController();
    const calling =
      way === 'one' ? call(handler, 30).one(event, 1, signal) : call(handler, 30).many([event], signal);
    const failure = await calling.catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(HandlerFailure);
    expect((failure as HandlerFailure).cause).toBeInstanceOf(HandlerTimeoutError);
    await sleep(1);
    expect(handler.reasons).toHaveLength(1);
  });

  it.each(['one', 'many'] as const)('is aborted with the instance, for its reason (%s)', async (way) => {
    const handler = hanging();
    const stop = new AbortController();
    const reason = new Error('the instance shuts down');
    const calling =
      way === 'one' ? call(handler).one(event, 1, stop.signal) : call(handler).many([event], stop.signal);
    setTimeout(() => stop.abort(reason), 20);
    await expect(calling).rejects.toBe(reason);
    await sleep(1);
    expect(handler.reasons).toEqual([reason]);
  });
});

it('leaves nothing behind on the signal of the instance', async () => {
  const { signal } = new AbortController();
  // Its listeners, and the signals that follow it, are in maps and sets under Node's own symbols.
  const held = (): number =>
    Object.getOwnPropertySymbols(signal)
      .map(
        (symbol) => (signal as unknown as Record<symbol, { size?: number } | undefined>)[symbol]?.size ?? 0,
      )
      .reduce((sum, size) => sum + size, 0);
  const handler = call({ handle: (_, delivery) => void delivery.signal });
  const before = held();
  for (let n = 0; n < 100; n += 1) await handler.one(event, 1, signal);
  expect(held()).toBe(before);
});
