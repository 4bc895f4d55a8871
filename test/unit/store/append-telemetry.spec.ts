import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { ConcurrencyError, type EventStore } from 'nestevents';
import { InMemoryJournal } from '../../../src/store/index.js';
import { storeOn } from '../../contract/event-store.contract.js';
import { inRequest, InstalledTelemetry } from '../../fixtures/opentelemetry.js';
import { Todo, TodoCreated, TodoLabelChanged } from '../../fixtures/todo.js';

let telemetry: InstalledTelemetry;
let store: EventStore;

beforeEach(() => {
  telemetry = new InstalledTelemetry();
  ({ store } = storeOn(new InMemoryJournal()));
});

afterEach(async () => {
  await telemetry.remove();
});

const todo = (id: string) => ({ aggregate: Todo, id });

it('an append is a span, and its events carry the trace on', async () => {
  const { result, traceId } = await inRequest(async () =>
    store.append(todo('t1'), [new TodoCreated('milk'), new TodoLabelChanged('bread')], {
      metadata: { commandId: 'c1' },
    }),
  );
  const [span] = telemetry.spans('append todo');
  expect(span).toMatchObject({
    kind: SpanKind.PRODUCER,
    status: { code: SpanStatusCode.UNSET },
    attributes: {
      'messaging.system': 'nestevents',
      'messaging.operation.name': 'append',
      'messaging.operation.type': 'send',
      'messaging.destination.name': 'todo',
      'messaging.batch.message_count': 2,
      'nestevents.append.streams': 1,
      'nestevents.aggregate.id': 't1',
    },
  });
  const { spanId, ...context } = span!.spanContext();
  expect(context.traceId).toBe(traceId);
  expect(span!.parentSpanContext?.traceId).toBe(traceId);
  for (const { metadata } of result) {
    expect(metadata).toEqual({ commandId: 'c1', traceparent: `00-${traceId}-${spanId}-01` });
  }
});

it('an append outside of any trace begins one', async () => {
  const [event] = await store.append(todo('t1'), [new TodoCreated('milk')]);
  const [span] = telemetry.spans('append todo');
  expect(span!.parentSpanContext).toBeUndefined();
  expect(event!.metadata).toEqual({ traceparent: expect.stringContaining(span!.spanContext().traceId) });
});

it('a refused append shows why', async () => {
  await store.append(todo('t1'), [new TodoCreated('milk')]);
  await expect(
    store.append(todo('t1'), [new TodoCreated('tea')], { expectedVersion: 'no-stream' }),
  ).rejects.toThrow(ConcurrencyError);
  const [, span] = telemetry.spans('append todo');
  expect(span).toMatchObject({
    status: { code: SpanStatusCode.ERROR, message: expect.stringContaining('t1') },
    attributes: { 'error.type': 'CONCURRENCY' },
  });
  expect(await telemetry.metric('nestevents.append.conflicts')).toMatchObject([
    { value: 1, unit: '{conflict}', attributes: { 'messaging.destination.name': 'todo' } },
  ]);
  expect(await telemetry.metric('messaging.client.sent.messages')).toMatchObject([{ value: 1 }]);
  const durations = await telemetry.metric('messaging.client.operation.duration');
  expect(durations.map(({ value, attributes }) => [value, attributes['error.type']])).toEqual([
    [1, undefined],
    [1, 'CONCURRENCY'],
  ]);
});

it('an append to several streams is one span', async () => {
  await store.appendAll([
    { stream: todo('t1'), events: [new TodoCreated('milk')] },
    { stream: todo('t2'), events: [new TodoCreated('bread')] },
    { stream: todo('t3'), events: [] },
  ]);
  expect(telemetry.spans()).toHaveLength(1);
  const [{ attributes }] = telemetry.spans('append todo') as [ReturnType<typeof telemetry.spans>[0]];
  expect(attributes).toMatchObject({ 'nestevents.append.streams': 2, 'messaging.batch.message_count': 2 });
  expect(attributes).not.toHaveProperty('nestevents.aggregate.id');
});

it('events that another append lets go are published in their own trace', async () => {
  const journal = new InMemoryJournal();
  const append = journal.append.bind(journal);
  let answer: (() => void) | undefined;
  const answered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  journal.append = async (...args) => {
    const result = await append(...args);
    // The first one is answered last.
    if (result.records[0]?.aggregateVersion === 1) await answered;
    return result;
  };
  ({ store } = storeOn(journal));
  const traces: (string | undefined)[] = [];
  store.onStored(() => traces.push(trace.getActiveSpan()?.spanContext().traceId));
  const first = inRequest(async () => store.append(todo('t1'), [new TodoCreated('milk')]));
  const second = await inRequest(async () => store.append(todo('t1'), [new TodoLabelChanged('tea')]));
  expect(traces).toEqual([]);
  answer?.();
  expect([(await first).traceId, second.traceId]).toEqual(traces);
});

it('an append of nothing is no span', async () => {
  await store.append(todo('t1'), []);
  expect(telemetry.spans()).toEqual([]);
});

it('the same append again keeps the trace it was stored with', async () => {
  const events = [new TodoCreated('milk')];
  const first = await inRequest(async () => store.append(todo('t1'), events));
  const again = await inRequest(async () => store.append(todo('t1'), events));
  expect(again.result[0]!.metadata['traceparent']).toContain(first.traceId);
  expect(again.traceId).not.toBe(first.traceId);
});

it('without an SDK nothing is added to metadata', async () => {
  await telemetry.remove();
  ({ store } = storeOn(new InMemoryJournal()));
  const [event] = await trace
    .getTracer('nobody')
    .startActiveSpan('nothing', async () => store.append(todo('t1'), [new TodoCreated('milk')]));
  expect(event!.metadata).toEqual({});
});
