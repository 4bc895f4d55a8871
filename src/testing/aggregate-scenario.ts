import { deepStrictEqual, fail, ok } from 'node:assert/strict';
import { inspect } from 'node:util';
import {
  DomainModel,
  identify,
  reviveEvent,
  type AggregateClass,
  type AggregateRoot,
  type DomainEvent,
  type EventClass,
} from '../domain/index.js';

/** What does not follow from the events of a scenario. */
export interface ScenarioOptions {
  /** @default 'aggregate-1' */
  id?: string;
  /** When the given events were stored. @default 2020-01-01T00:00:00Z */
  createdAt?: Date;
}

/** What an error that is expected is known by: its class, a part of its message, or a pattern of it. */
export type ExpectedError = (abstract new (...args: never[]) => Error) | string | RegExp;

/**
 * Begins a test of an aggregate: what has happened to it so far.
 *
 * @example
 * ```ts
 * given(Todo, [new TodoCreated('milk')])
 *   .when((todo) => todo.changeLabel('bread'))
 *   .expectEvents(new TodoLabelChanged('bread'));
 * ```
 */
export function given<A extends AggregateRoot>(
  aggregateClass: AggregateClass<A>,
  events: readonly DomainEvent[] = [],
  options: ScenarioOptions = {},
): AggregateScenario<A> {
  return new AggregateScenario(aggregateClass, events, options);
}

/** An aggregate with a past, to which one thing is about to happen. */
export class AggregateScenario<A extends AggregateRoot> {
  constructor(
    private readonly aggregateClass: AggregateClass<A>,
    private readonly events: readonly DomainEvent[],
    private readonly options: ScenarioOptions,
  ) {}

  /** What happens; whatever it throws is kept for `expectError`. */
  when(act: (aggregate: A) => unknown): ScenarioOutcome<A> {
    const aggregate = this.#load();
    try {
      const result = act(aggregate);
      if (result instanceof Promise)
        fail('when() was given an async function; aggregates decide without waiting.');
    } catch (error) {
      return new ScenarioOutcome(aggregate, error);
    }
    return new ScenarioOutcome(aggregate, undefined);
  }

  /** Checks the state that the given events lead to. */
  expectState(check: (aggregate: A) => void): void {
    check(this.#load());
  }

  #load(): A {
    const { id = 'aggregate-1', createdAt = new Date('2020-01-01T00:00:00Z') } = this.options;
    const model = new DomainModel();
    model.add(this.aggregateClass);
    const registered = model.aggregate(this.aggregateClass);
    const aggregate = Reflect.construct(this.aggregateClass, [id]) as A;
    aggregate.loadFromHistory(
      this.events.map((event, index) => {
        // A copy, so that events shared between tests are not stored in one of them.
        const eventClass = event.constructor as EventClass;
        return reviveEvent(eventClass, event, {
          eventId: identify(event),
          eventType: model.eventType(registered, eventClass),
          eventVersion: null,
          aggregateId: id,
          aggregateType: registered.name,
          aggregateVersion: index + 1,
          position: BigInt(index + 1),
          createdAt,
          metadata: {},
        });
      }),
    );
    return aggregate;
  }
}

/** What came of it. */
export class ScenarioOutcome<A extends AggregateRoot> {
  constructor(
    /** The aggregate afterwards. */
    readonly aggregate: A,
    private readonly error: unknown,
  ) {}

  /** Whether the error was expected. */
  #refused = false;

  /** Checks that exactly these events were raised, by class and payload, in this order. @throws AssertionError */
  expectEvents(...expected: DomainEvent[]): this {
    if (this.error !== undefined) throw this.error;
    deepStrictEqual([...this.aggregate.getUncommittedEvents()], expected);
    return this;
  }

  /** Checks that nothing happened: no event, no error. @throws AssertionError */
  expectNothing(): this {
    return this.expectEvents();
  }

  /** Checks that it was refused, and that no event was raised. @throws AssertionError */
  expectError(expected: ExpectedError): this {
    ok(this.error !== undefined, 'An error was expected, but none was thrown.');
    if (!matches(this.error, expected)) {
      fail(`Expected was ${String(expected)}, thrown was ${inspect(this.error)}`);
    }
    deepStrictEqual([...this.aggregate.getUncommittedEvents()], []);
    this.#refused = true;
    return this;
  }

  /** Checks the state afterwards. */
  expectState(check: (aggregate: A) => void): this {
    if (this.error !== undefined && !this.#refused) throw this.error;
    check(this.aggregate);
    return this;
  }
}

function matches(error: unknown, expected: ExpectedError): boolean {
  if (typeof expected === 'function') return error instanceof expected;
  const message = error instanceof Error ? error.message : String(error);
  return typeof expected === 'string' ? message.includes(expected) : expected.test(message);
}
