import { CqrsModule } from '@nestjs/cqrs';
import { Test, type TestingModule } from '@nestjs/testing';
import { EventBus, EventStore, type DomainEvent, type IEvent } from 'nestevents';
import { EventSourcingTestingModule } from 'nestevents/testing';
import { jest } from '@jest/globals';
import { Todo, TodoCreated } from '../../fixtures/todo.js';

let module: TestingModule;
let count = 0;

async function start(
  imports: Parameters<typeof Test.createTestingModule>[0]['imports'] = [],
): Promise<EventBus> {
  module = await Test.createTestingModule({
    imports: [
      EventSourcingTestingModule.forRoot(),
      EventSourcingTestingModule.forFeature([Todo]),
      ...imports,
    ],
  }).compile();
  await module.init();
  return module.get(EventBus);
}

async function append(): Promise<DomainEvent[]> {
  const stream = { aggregate: Todo, id: `todo-${(count += 1)}` };
  const events = await module.get(EventStore).append(stream, [new TodoCreated('a')]);
  await module.get(EventStore).whenHandled(events);
  return events;
}

afterEach(async () => module.close());

describe('the event bus of an application without any handler', () => {
  it('gives stored events to whoever subscribes later, until he leaves', async () => {
    const bus = await start();
    await append();
    const heard: IEvent[] = [];
    const subscription = bus.subscribe((event) => heard.push(event));
    const events = await append();
    expect(heard).toEqual(events);
    subscription.unsubscribe();
    await append();
    expect(heard).toEqual(events);
  });

  it("gives them to the application's publisher", async () => {
    const heard: IEvent[] = [];
    const publisher = { publish: (event: IEvent) => void heard.push(event) };
    await start([CqrsModule.forRoot({ eventPublisher: publisher })]);
    const events = await append();
    expect(heard).toEqual(events);
  });

  it('gives them to a publisher that takes the place of the first one', async () => {
    const bus = await start();
    const heard: IEvent[] = [];
    bus.publisher = { publish: (event: IEvent) => void heard.push(event) };
    const events = await append();
    expect(heard).toEqual(events);
  });

  it('can be spied on', async () => {
    const publish = jest.spyOn(await start(), 'publish');
    const [event] = await append();
    expect(publish).toHaveBeenCalledWith(event);
  });

  it('is not asked to publish where nobody would hear of it', async () => {
    const bus = await start();
    const next = jest.spyOn(bus.subject$, 'next');
    await append();
    expect(next).not.toHaveBeenCalled();
    bus.subscribe(() => undefined);
    await append();
    expect(next).toHaveBeenCalledTimes(1);
  });
});
