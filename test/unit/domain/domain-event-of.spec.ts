import {
  Aggregate,
  AggregateRoot,
  Apply,
  DomainEvent,
  EventType,
  InvalidArgumentError,
  ReservedPropertyError,
  type EventClass,
} from 'nestevents';
import { given } from 'nestevents/testing';
import fc from 'fast-check';
import { DomainModel } from '../../../src/domain/index.js';
import { InMemoryJournal } from '../../../src/store/index.js';
import { storeOn } from '../../contract/event-store.contract.js';
import { arbitraryValue } from '../../fixtures/arbitrary-payload.js';

interface PlannedData {
  readonly label: string;
  readonly tags: readonly string[];
  readonly due?: Date;
}

let constructed = 0;

class Planned extends DomainEvent.of<PlannedData>() {
  constructor(data: PlannedData) {
    super(data);
    constructed += 1;
  }
  get shout(): string {
    return this.label.toUpperCase();
  }
  isDue(now: Date): boolean {
    return this.due !== undefined && this.due <= now;
  }
}

class ByHand extends DomainEvent {
  constructor(readonly label: string) {
    super();
  }
}
class Generated extends DomainEvent.of<{ readonly label: string }>() {}
interface NothingData {}
class Emptied extends DomainEvent.of<NothingData>() {}

@EventType('plan_dropped')
class Dropped extends DomainEvent.of<{ reason?: string }>() {}

@Aggregate()
class Plan extends AggregateRoot {
  labels: string[] = [];
  emptied = 0;

  static make(id: string, data: PlannedData): Plan {
    const plan = new Plan(id);
    plan.apply(new Planned(data));
    plan.apply(new Emptied());
    plan.apply(new Dropped({ reason: 'late' }));
    return plan;
  }
  @Apply(Planned) protected onPlanned({ label }: Planned): void {
    this.labels.push(label);
  }
  @Apply(Emptied) protected onEmptied(): void {
    this.emptied += 1;
  }
  @Apply(Dropped) protected onDropped(_event: Dropped): void {}
}

const payloadOf = (event: DomainEvent): object => Object.fromEntries(Object.entries(event));

describe('a class of DomainEvent.of', () => {
  it('makes events as a class written by hand does', () => {
    const event = new Generated({ label: 'a' });
    expect(event).toBeInstanceOf(Generated);
    expect(event).toBeInstanceOf(DomainEvent);
    expect(payloadOf(event)).toStrictEqual({ label: 'a' });
    expect(Reflect.ownKeys(event)).toEqual(Reflect.ownKeys(new ByHand('a')));
    expect(Object.getOwnPropertyDescriptor(event, 'label')).toEqual(
      Object.getOwnPropertyDescriptor(new ByHand('a'), 'label'),
    );
    expect(event).toStrictEqual(new Generated({ label: 'a' }));
    expect(event).not.toEqual(new Generated({ label: 'b' }));
    expect(event).not.toStrictEqual(new Planned({ label: 'a', tags: [] }));
    expect(event.aggregateId).toBeUndefined();
  });

  it('can have methods and getters', () => {
    const due = new Date(5);
    const event = new Planned({ label: 'a', tags: [], due });
    expect(event.shout).toBe('A');
    expect(event.isDue(new Date(6))).toBe(true);
    expect(event.due).toBe(due);
  });

  it('takes whatever a payload can hold, as it is', () => {
    class Anything extends DomainEvent.of<object>() {}
    const key = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'toString', 'eventid'));
    fc.assert(
      fc.property(fc.dictionary(key, fc.option(arbitraryValue, { nil: undefined })), (data) => {
        const event = new Anything(Object.freeze(data) as never);
        expect(Object.getPrototypeOf(event)).toBe(Anything.prototype);
        expect(Object.keys(event).sort()).toEqual(Object.keys(data).sort());
        for (const [key, value] of Object.entries(data)) {
          expect(Object.getOwnPropertyDescriptor(event, key)?.value).toBe(value);
        }
      }),
    );
  });

  it('needs no argument where nothing is required', () => {
    expect(payloadOf(new Emptied())).toEqual({});
    expect(payloadOf(new Emptied({}))).toEqual({});
    expect(payloadOf(new Dropped())).toEqual({});
  });

  it.each([
    ['null', null, 'Null'],
    ['a text', 'label', 'String'],
    ['an array', [{ label: 'a' }], 'Array'],
    ['a date', new Date(), 'Date'],
    ['a map', new Map(), 'Map'],
    ['a promise', Promise.resolve({ label: 'a' }), 'Promise'],
    ['a function', () => ({ label: 'a' }), 'Function'],
  ])('cannot be made of %s', (_name, data, kind) => {
    const make = (): unknown => new Generated(data as never);
    expect(make).toThrow(InvalidArgumentError);
    expect(make).toThrow(
      `Generated was made of ${kind}, not of an object with its properties. Pass them in one object: new Generated({ … }).`,
    );
  });

  it('refuses properties of the envelope, by type and when it runs', () => {
    // @ts-expect-error the name belongs to the envelope
    class Moved extends DomainEvent.of<{ readonly position: number }>() {}
    const make = (): unknown => new (Moved as new (data: object) => DomainEvent)({ position: 1 });
    expect(make).toThrow(ReservedPropertyError);
    expect(make).toThrow('Moved has a payload property "position"');
  });

  it('is made of DomainEvent alone', () => {
    const { of } = DomainEvent as unknown as { of: () => unknown };
    expect(() => ByHand.of.call(ByHand as never)).toThrow('of() was called on ByHand');
    expect(() => (Generated as unknown as typeof DomainEvent).of()).toThrow(InvalidArgumentError);
    expect(of).toThrow('of() was called on undefined');
  });
});

describe('the types', () => {
  it('are those of the data, and readonly', () => {
    const event: Planned & PlannedData = new Planned({ label: 'a', tags: ['b'] });
    const label: string = event.label;
    const due: Date | undefined = event.due;
    const position: bigint = event.position;
    expect([label, due, position]).toEqual(['a', undefined, undefined]);
    const eventClass: EventClass<Planned> = Planned;
    expect(eventClass).toBe(Planned);
    // Never called: these are for the compiler.
    const mistakes = [
      // @ts-expect-error properties are readonly
      () => (event.label = 'b'),
      // @ts-expect-error a required property is missing
      () => new Planned({ label: 'a' }),
      // @ts-expect-error all of them are missing
      () => new Generated(),
      // @ts-expect-error there is no such property
      () => new Generated({ label: 'a', more: 1 }),
      // @ts-expect-error nor here
      () => new Emptied({ more: 1 }),
      // @ts-expect-error it is no list of arguments
      () => new Generated('a'),
      // @ts-expect-error it has the constructor of its subclasses only
      () => new (DomainEvent.of<PlannedData>())({ label: 'a', tags: [] }),
      // @ts-expect-error it is for DomainEvent
      () => Generated.of(),
      // @ts-expect-error it is for DomainEvent
      () => ByHand.of<PlannedData>(),
      // @ts-expect-error a text has no properties of its own
      () => DomainEvent.of<string>(),
    ];
    expect(mistakes).toHaveLength(10);
  });
});

describe('in an aggregate', () => {
  it('it is stored under its own name, and found without fault at start', () => {
    const model = new DomainModel();
    model.add(Plan);
    expect([...model.aggregate(Plan).eventTypes.values()]).toEqual([
      'plan_planned',
      'plan_emptied',
      'plan_dropped',
    ]);
  });

  it('it comes back from the journal, without its constructor', async () => {
    const { store } = storeOn(new InMemoryJournal(), [Plan] as never);
    const data = Object.freeze({ label: 'a', tags: ['x', 'y'], due: new Date(5) });
    const plan = Plan.make('plan-1', data);
    const stream = { aggregate: Plan, id: 'plan-1' };
    const events = [...plan.getUncommittedEvents()];
    await store.append(stream, events);
    constructed = 0;
    const read: DomainEvent[] = [];
    for await (const event of store.read(stream)) read.push(event);
    expect(constructed).toBe(0);
    expect(read).toStrictEqual(events);
    expect(read[0]).toMatchObject({ ...data, shout: 'A', aggregateId: 'plan-1', aggregateVersion: 1 });
    expect(read[0]).toBeInstanceOf(Planned);
  });

  it('it works in given, when, then', () => {
    given(Plan, [new Planned({ label: 'a', tags: [] })])
      .when((plan) => plan.apply(new Planned({ label: 'b', tags: [] })))
      .expectEvents(new Planned({ label: 'b', tags: [] }))
      .expectState(({ labels }) => expect(labels).toEqual(['a', 'b']));
  });
});
