import { EventSourcingError } from './event-sourcing-error.js';

/** A class is not written as an aggregate has to be; found at start-up. */
export class AggregateDefinitionError extends EventSourcingError {
  readonly code = 'AGGREGATE_DEFINITION';

  /** @param member the method or option at fault, if one is. */
  constructor(
    readonly aggregateClass: string,
    readonly member: string | undefined,
    problem: string,
    cure: string,
  ) {
    super(`${aggregateClass}${member ? `.${member}` : ''} ${problem}. ${cure}`);
  }
}

/** Two aggregates with one name, or one aggregate twice, were registered for one store. */
export class DuplicateAggregateError extends EventSourcingError {
  readonly code = 'DUPLICATE_AGGREGATE';

  constructor(
    readonly aggregateName: string,
    readonly first: string,
    readonly second: string,
  ) {
    super(
      first === second
        ? `The aggregate ${first} is registered twice. Keep one EventSourcingModule.forFeature([${first}]) and import ` +
            `the module that has it where its repository is needed.`
        : `The aggregates ${first} and ${second} share the name "${aggregateName}". ` +
            `Give one of them another: @Aggregate({ name: '…' }).`,
    );
  }
}

/** Two classes of events, or two aggregates, claim one event type. */
export class DuplicateEventTypeError extends EventSourcingError {
  readonly code = 'DUPLICATE_EVENT_TYPE';

  constructor(
    readonly eventType: string,
    readonly first: string,
    readonly second: string,
  ) {
    super(
      `The event type "${eventType}" has two owners: ${first} and ${second}. ` +
        `Rename one of the classes, or give it a type of its own with @EventType('…').`,
    );
  }
}

/** An aggregate was used for which no `forFeature` was called. */
export class UnregisteredAggregateError extends EventSourcingError {
  readonly code = 'UNREGISTERED_AGGREGATE';

  constructor(readonly aggregateClass: string) {
    super(
      `${aggregateClass} is not registered. Import EventSourcingModule.forFeature([${aggregateClass}]) ` +
        `(with the data source's name, if its store has one).`,
    );
  }
}

/** An aggregate was given an event it has no `@Apply` method for. */
export class UnappliedEventError extends EventSourcingError {
  readonly code = 'UNAPPLIED_EVENT';

  constructor(
    readonly aggregateClass: string,
    readonly eventClass: string,
  ) {
    super(
      `${aggregateClass} has no @Apply(${eventClass}) method, so it does not own that event. ` +
        `Add the method (empty, if the event changes no state).`,
    );
  }
}

/** `commit()` or `autoCommit` was used on an aggregate; both would publish events that are stored nowhere. */
export class CommitNotSupportedError extends EventSourcingError {
  readonly code = 'COMMIT_NOT_SUPPORTED';

  constructor(
    readonly aggregateClass: string,
    readonly aggregateId: string,
  ) {
    super(
      `Events of ${aggregateClass} ${JSON.stringify(aggregateId)} cannot be committed by the aggregate itself: they ` +
        `would be published without being stored. Save it instead: await repository.save(aggregate).`,
    );
  }
}

/** A value passed to nestevents cannot be used: an id, a version, a limit. */
export class InvalidArgumentError extends EventSourcingError {
  readonly code = 'INVALID_ARGUMENT';

  constructor(problem: string, cure: string) {
    super(`${problem}. ${cure}`);
  }
}
