import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { Test, type TestingModule } from '@nestjs/testing';
import type { Type } from '@nestjs/common';
import {
  EventsHandler,
  EventStore,
  Projection,
  ProjectionManager,
  Subscription,
  type DomainEvent,
  type HandlerStatus,
} from 'nestevents';
import { EventSourcingTestingModule } from 'nestevents/testing';
import { setTimeout as sleep } from 'node:timers/promises';
import { inRequest, InstalledTelemetry } from '../../fixtures/opentelemetry.js';
import { Todo, TodoCreated, TodoLabelChanged } from '../../fixtures/todo.js';

const RETRY = { attempts: 2, delay: 1 };

@Projection('labels', { retry: RETRY })
@EventsHandler(TodoCreated, TodoLabelChanged)
class Labels {
  handle({ label }: TodoCreated): void {
    if (label === 'poison') throw new RangeError('cannot be');
  }

  reset(): void {
    // There is nothing to empty.
  }
}

@Projection('inline-labels', { mode: 'inline' })
@EventsHandler(TodoCreated)
class Inline {
  handle({ label }: TodoCreated): void {
    if (label === 'poison') throw new RangeError('cannot be');
  }
}

@Subscription('reminders', { from: 'beginning', retry: RETRY })
@EventsHandler(TodoCreated)
class Reminders {
  constructor(private readonly store: EventStore) {}

  async handle({ label, aggregateId }: TodoCreated): Promise<void> {
    if (label === 'poison') throw new RangeError('cannot be');
    trace.getTracer('mail').startSpan('send mail').end();
    if (label === 'milk') await append(this.store, aggregateId, new TodoLabelChanged('reminded'));
  }
}

@EventsHandler(TodoCreated)
class InProcess {
  readonly traces: (string | undefined)[] = [];

  handle(): void {
    this.traces.push(trace.getActiveSpan()?.spanContext().traceId);
  }
}

let telemetry: InstalledTelemetry;
let app: TestingModule | undefined;

beforeEach(() => {
  telemetry = new InstalledTelemetry();
});

afterEach(async () => {
  await app?.close();
  app = undefined;
  await telemetry.remove();
});

async function start(...providers: Type[]): Promise<{ store: EventStore; manager: ProjectionManager }> {
  app = await Test.createTestingModule({
    imports: [
      EventSourcingTestingModule.forRoot({ projections: { pollInterval: 10, leaseFor: 400 } }),
      EventSourcingTestingModule.forFeature([Todo]),
    ],
    providers,
  }).compile();
  await app.init();
  return { store: app.get(EventStore), manager: app.get(ProjectionManager) };
}

async function append(store: EventStore, id: string, ...events: DomainEvent[]): Promise<bigint> {
  const stored = await store.append({ aggregate: Todo, id }, events);
  return stored.at(-1)!.position;
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('it did not come to pass');
    await sleep(5);
  }
}

describe('a subscription', () => {
  it('goes on with the trace of the append, and so does what it causes', async () => {
    const { store, manager } = await start(Reminders);
    const { traceId, result } = await inRequest(async () => append(store, 't1', new TodoCreated('milk')));
    await manager.waitFor('reminders', result);
    const [appended, reminded] = telemetry.spans('append todo');
    const [handled] = telemetry.spans('handle reminders');
    expect(handled).toMatchObject({
      kind: SpanKind.CONSUMER,
      links: [],
      attributes: {
        'messaging.system': 'nestevents',
        'messaging.operation.type': 'process',
        'messaging.consumer.group.name': 'reminders',
        'messaging.destination.name': 'todo',
        'messaging.message.id': expect.stringMatching(/^[0-9a-f-]{36}$/),
        'nestevents.aggregate.id': 't1',
        'nestevents.event.type': 'todo_created',
        'nestevents.event.position': 1,
        'nestevents.handler.kind': 'subscription',
        'nestevents.handler.attempt': 1,
        'nestevents.handler.outcome': 'handled',
      },
    });
    expect(handled!.parentSpanContext).toMatchObject({
      spanId: appended!.spanContext().spanId,
      isRemote: true,
    });
    for (const inside of [reminded!, ...telemetry.spans('send mail')]) {
      expect(inside.parentSpanContext?.spanId).toBe(handled!.spanContext().spanId);
    }
    expect(new Set(telemetry.spans().map((span) => span.spanContext().traceId))).toEqual(new Set([traceId]));
  });

  it('shows each try, and what is parked', async () => {
    const { store, manager } = await start(Reminders);
    await append(store, 't1', new TodoCreated('poison'));
    await until(async () => (await manager.parked('reminders')).length === 1);
    const spans = telemetry.spans('handle reminders');
    expect(spans.map(({ attributes, status }) => ({ ...attributes, ...status }))).toMatchObject([
      { 'nestevents.handler.attempt': 1, 'nestevents.handler.outcome': 'retry', 'error.type': 'RangeError' },
      {
        'nestevents.handler.attempt': 2,
        'nestevents.handler.outcome': 'parked',
        code: SpanStatusCode.ERROR,
        message: 'cannot be',
      },
    ]);
    expect(spans[0]!.events).toMatchObject([{ name: 'exception' }]);
    const attributes = { 'messaging.consumer.group.name': 'reminders', 'nestevents.data_source': 'default' };
    expect(await telemetry.metric('nestevents.handler.failures')).toMatchObject([{ value: 2, attributes }]);
    expect(await telemetry.metric('nestevents.handler.parked')).toMatchObject([{ value: 1, attributes }]);
    expect(await telemetry.metric('nestevents.handler.retrying')).toMatchObject([{ value: 0, attributes }]);
    expect(await telemetry.metric('nestevents.handler.events')).toEqual([]);
  });
});

describe('a projection', () => {
  it('has a trace of its own for a batch, with links to those of the events', async () => {
    const { store, manager } = await start(Labels);
    await manager.pause('labels');
    const requests = [];
    for (const id of ['t1', 't2', 't3']) {
      requests.push(
        await inRequest(async () => append(store, id, new TodoCreated('milk'), new TodoLabelChanged('tea'))),
      );
    }
    // Not even the request in which it goes on is its parent.
    const resumed = await inRequest(async () => manager.resume('labels'));
    await manager.waitFor('labels', requests.at(-1)!.result);
    const [batch, ...others] = telemetry.spans('handle labels');
    expect(others).toEqual([]);
    expect(batch!.parentSpanContext).toBeUndefined();
    expect(batch!.spanContext().traceId).not.toBe(resumed.traceId);
    expect(batch!.links.map(({ context }) => context.traceId)).toEqual(
      requests.map(({ traceId }) => traceId),
    );
    expect(batch!.attributes).toMatchObject({ 'messaging.batch.message_count': 6 });
    expect(batch!.attributes).not.toHaveProperty('nestevents.aggregate.id');
    expect(await telemetry.metric('nestevents.handler.events')).toMatchObject([
      { value: 6, unit: '{event}' },
    ]);
    expect(await telemetry.metric('messaging.process.duration')).toMatchObject([{ value: 1, unit: 's' }]);
  });

  it('shows which event of a failed batch is to blame', async () => {
    const { store, manager } = await start(Labels);
    await manager.pause('labels');
    await append(store, 't1', new TodoCreated('milk'));
    await append(store, 't2', new TodoCreated('poison'));
    await manager.resume('labels');
    await until(async () => (await manager.parked('labels')).length === 1);
    const outcomes = telemetry
      .spans('handle labels')
      .map(({ attributes }) => [
        attributes['nestevents.aggregate.id'],
        attributes['nestevents.handler.outcome'],
      ]);
    expect(outcomes).toEqual([
      [undefined, 'split'],
      ['t1', 'handled'],
      ['t2', 'retry'],
      ['t2', 'parked'],
    ]);
  });

  it('is only linked to old traces when it is built anew', async () => {
    const { store, manager } = await start(Labels);
    const { traceId, result } = await inRequest(async () => append(store, 't1', new TodoCreated('milk')));
    await manager.waitFor('labels', result);
    await manager.rebuild('labels');
    const [first, again] = telemetry.spans('handle labels');
    expect(first!.spanContext().traceId).toBe(traceId);
    expect(again!.attributes['nestevents.handler.replay']).toBe(true);
    expect(again!.spanContext().traceId).not.toBe(traceId);
    expect(again!.links.map(({ context }) => context.traceId)).toEqual([traceId]);
  });

  it('shows how far it is behind', async () => {
    const { store, manager } = await start(Labels);
    await manager.pause('labels');
    await append(store, 't1', new TodoCreated('milk'), new TodoLabelChanged('tea'));
    await sleep(20);
    const [events] = await telemetry.metric('nestevents.handler.lag.events');
    expect(events).toMatchObject({ value: 2, unit: '{event}' });
    const [time] = await telemetry.metric('nestevents.handler.lag.time');
    expect(time).toMatchObject({ unit: 's', attributes: { 'messaging.consumer.group.name': 'labels' } });
    expect(time!.value).toBeGreaterThanOrEqual(0.015);
    expect(time!.value).toBeLessThan(5);
  });
});

describe('an inline projection', () => {
  it('is part of the append', async () => {
    const { store } = await start(Inline);
    const { traceId } = await inRequest(async () => append(store, 't1', new TodoCreated('milk')));
    const [appended] = telemetry.spans('append todo');
    const [handled] = telemetry.spans('handle inline-labels');
    expect(handled!.spanContext().traceId).toBe(traceId);
    expect(handled!.parentSpanContext?.spanId).toBe(appended!.spanContext().spanId);
    expect(handled!.attributes).toMatchObject({
      'nestevents.aggregate.id': 't1',
      'nestevents.handler.outcome': 'handled',
    });
  });

  it('shows that it refused the append', async () => {
    const { store } = await start(Inline);
    await expect(append(store, 't1', new TodoCreated('poison'))).rejects.toThrow(RangeError);
    const [handled] = telemetry.spans('handle inline-labels');
    expect(handled!.attributes).toMatchObject({
      'nestevents.handler.outcome': 'refused',
      'error.type': 'RangeError',
    });
    const [appended] = telemetry.spans('append todo');
    expect(appended!.status.code).toBe(SpanStatusCode.ERROR);
    expect(await telemetry.metric('nestevents.handler.failures')).toMatchObject([{ value: 1 }]);
  });
});

it('a handler in process runs in the trace of the append', async () => {
  const { store } = await start(InProcess);
  const { traceId } = await inRequest(async () => append(store, 't1', new TodoCreated('milk')));
  await until(async () => app!.get(InProcess).traces.length > 0);
  expect(app!.get(InProcess).traces).toEqual([traceId]);
});

it('without an SDK all goes on as with one', async () => {
  await telemetry.remove();
  const { store, manager } = await start(Labels, Reminders);
  const position = await append(store, 't1', new TodoCreated('bread'));
  await manager.waitFor('labels', position);
  await manager.waitFor('reminders', position);
  const statuses: HandlerStatus[] = await manager.status();
  expect(statuses.map(({ handled }) => handled)).toEqual([1, 1]);
  expect(telemetry.spans()).toEqual([]);
});
