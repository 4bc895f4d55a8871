import type { Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import {
  Aggregate,
  AggregateRoot,
  Apply,
  DomainEvent,
  EventsHandler,
  EventStore,
  HandlerDefinitionError,
  InvalidArgumentError,
  Projection,
  ProjectionManager,
  Subscription,
} from 'nestevents';
import { EventSourcingTestingModule } from 'nestevents/testing';
import { Todo, TodoCreated, TodoLabelChanged } from '../../fixtures/todo.js';

class Row {}

class Paused extends DomainEvent {}
class PausedAgain extends Paused {}

@Aggregate()
class Clock extends AggregateRoot {
  @Apply(Paused, PausedAgain)
  protected onPaused(): void {
    // Only that they are stored matters.
  }
}

/** The start of an application with durable handlers. */
async function start(...handlers: Type[]): Promise<EventStore> {
  const module = await Test.createTestingModule({
    imports: [EventSourcingTestingModule.forRoot(), EventSourcingTestingModule.forFeature([Todo, Clock])],
    providers: handlers,
  }).compile();
  await module.init();
  open.push(() => module.close());
  manager = module.get(ProjectionManager);
  return module.get(EventStore);
}

const open: (() => Promise<void>)[] = [];
let manager: ProjectionManager;

afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

async function refusal(...handlers: Type[]): Promise<string> {
  const error: unknown = await start(...handlers).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(HandlerDefinitionError);
  return (error as Error).message;
}

type Options = Record<string, unknown>;
const projection = (options: Options): ClassDecorator => Projection('p', options);
const subscription = (options: Options): ClassDecorator => Subscription('p', options);

describe('a class that is no proper durable handler', () => {
  it.each([
    ['a name', Projection('no good name'), /has the unusable name "no good name"/],
    ['a name that is no text', Projection(7 as never), /has the unusable name 7/],
    ['an option', projection({ versoin: 2 }), /has the unknown option "versoin" in @Projection/],
    ["another's option", subscription({ version: 2 }), /unknown option "version" in @Subscription/],
    ['no partition', projection({ partitions: 0 }), /has 0 as partitions in @Projection/],
    ['half an event', projection({ batchSize: 0.5 }), /has 0.5 as batchSize/],
    ['a number as text', projection({ version: '2' }), /has '2' as version/],
    ['a time beyond timers', projection({ timeout: 1e10 }), /has 10000000000 as timeout.*to 2147483647/],
    ['no time', projection({ timeout: Number.NaN }), /has NaN as timeout/],
    ['a mode', projection({ mode: 'sync' }), /has 'sync' as mode/],
    ['a beginning', subscription({ from: 'end' }), /has 'end' as from/],
    ['partitions inline', projection({ mode: 'inline', partitions: 2 }), /is inline and has partitions/],
    ['tables inline', projection({ mode: 'inline', tables: [Row] }), /is inline and has tables.*reset\(\)/],
    ['one table', projection({ tables: Row }), /has tables in @Projection that are no array/],
    ['a number of tries', projection({ retry: 5 }), /has 5 as retry/],
    ['no try', projection({ retry: { attempts: 0 } }), /has 0 as retry.attempts/],
    ['a wait backwards', projection({ retry: { delay: -1 } }), /has -1 as retry.delay/],
    [
      'a wait beyond timers',
      projection({ retry: { maxDelay: 2 ** 31 } }),
      /has 2147483648 as retry.maxDelay/,
    ],
    ['a word of a retry', projection({ retry: { tries: 3 } }), /has the unknown option "retry.tries"/],
    ['an aggregate without an array', projection({ aggregates: Todo }), /as aggregates/],
    ['the name of an aggregate', projection({ aggregates: ['todo'] }), /as aggregates/],
    ['no aggregate at all', projection({ aggregates: [] }), /events of no registered aggregate/],
    ["another one's events", projection({ aggregates: [Clock] }), /events of no registered aggregate/],
  ])('is refused at start for %s', async (_what, decorator, message) => {
    @decorator
    @EventsHandler(TodoCreated)
    class Wrong {
      handle(): void {}
    }
    expect(await refusal(Wrong)).toMatch(message);
  });

  it('is refused for aggregates that are not registered, also where it takes all events', async () => {
    @Aggregate()
    class Elsewhere extends AggregateRoot {}

    @Projection('p', { aggregates: [Elsewhere] })
    @EventsHandler(DomainEvent)
    class All {
      handle(): void {}
    }
    expect(await refusal(All)).toMatch(/All handles events of no registered aggregate/);
  });

  it('is refused for want of events, of a method, or of a name of its own', async () => {
    @Projection('p')
    class NoEvents {
      handle(): void {}
    }
    @Projection('p')
    @EventsHandler(TodoCreated)
    class NoMethod {}
    @Projection('p')
    @EventsHandler(TodoCreated)
    class One {
      handle(): void {}
    }
    @Subscription('p')
    @EventsHandler(TodoLabelChanged)
    class Other {
      handle(): void {}
    }
    class Unregistered extends DomainEvent {}
    @Projection('p')
    @EventsHandler(Unregistered)
    class Nobodys {
      handle(): void {}
    }
    expect(await refusal(NoEvents)).toMatch(/NoEvents has no @EventsHandler with domain events/);
    expect(await refusal(NoMethod)).toMatch(/NoMethod has no method handle/);
    expect(await refusal(One, Other)).toMatch(/Other has the name "p", as One has/);
    expect(await refusal(Nobodys)).toMatch(/Nobodys handles events of no registered aggregate/);
  });
});

it('a durable handler gets events of subclasses, and of no others', async () => {
  const seen: string[] = [];
  @Projection('p')
  @EventsHandler(Paused)
  class Pauses {
    handle(event: Paused): void {
      seen.push(event.constructor.name);
    }
  }
  const store = await start(Pauses);
  await store.append({ aggregate: Todo, id: '1' }, [new TodoCreated('milk')]);
  const events = [new Paused(), new PausedAgain()];
  const [, last] = await store.append({ aggregate: Clock, id: '1' }, events);
  await manager.waitFor('p', last!.position);
  expect(seen).toEqual(['Paused', 'PausedAgain']);
});

it('an inline projection in memory refuses a transaction as the store in memory does', async () => {
  @Projection('p', { mode: 'inline' })
  @EventsHandler(TodoCreated)
  class Inline {
    handle(): void {}
  }
  const store = await start(Inline);
  const append = store.append({ aggregate: Todo, id: '1' }, [new TodoCreated('milk')], { transaction: {} });
  await expect(append).rejects.toThrow(InvalidArgumentError);
  await expect(append).rejects.toThrow(/in-memory event store was given a transaction/);
});
