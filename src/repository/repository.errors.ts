import { EventSourcingError } from '../domain/index.js';
import { ConcurrencyError, type ConcurrencyFacts } from '../store/index.js';

/** There is no aggregate with this id, or there was none at the moment asked for. */
export class AggregateNotFoundError extends EventSourcingError {
  readonly code = 'AGGREGATE_NOT_FOUND';

  /** @param moment what was asked for, such as `at version 7`; empty for the present. */
  constructor(
    readonly aggregateType: string,
    readonly aggregateId: string,
    readonly moment = '',
  ) {
    super(
      `There is no ${aggregateType} ${JSON.stringify(aggregateId)}${moment && ` ${moment}`}. ` +
        `Check the id, or use find(), which answers null.`,
    );
  }
}

/** An aggregate was created under an id that is taken. Nothing was stored. */
export class AggregateAlreadyExistsError extends ConcurrencyError {
  override readonly code = 'AGGREGATE_ALREADY_EXISTS';

  constructor(facts: ConcurrencyFacts, options?: ErrorOptions) {
    super(
      facts,
      `${facts.aggregateType} ${JSON.stringify(facts.aggregateId)} exists already, at version ${facts.actualVersion}. ` +
        `Nothing was stored: load it to change it, or create with another id.`,
    );
    if (options) this.cause = options.cause;
  }
}

/** The state of a past moment was to be saved. */
export class PastAggregateError extends EventSourcingError {
  readonly code = 'PAST_AGGREGATE';

  constructor(
    readonly aggregateType: string,
    readonly aggregateId: string,
    readonly version: number,
  ) {
    super(
      `${aggregateType} ${JSON.stringify(aggregateId)} was loaded as of version ${version}, and the past cannot be ` +
        `changed. Load it without version or asOf to save it.`,
    );
  }
}

/** In the change of an update, the same aggregate was to be updated. */
export class NestedUpdateError extends EventSourcingError {
  readonly code = 'NESTED_UPDATE';

  constructor(
    readonly aggregateType: string,
    readonly aggregateId: string,
  ) {
    super(
      `${aggregateType} ${JSON.stringify(aggregateId)} was to be updated in the change of another update of it, which ` +
        `would wait for itself. Change the aggregate that the outer change was given.`,
    );
  }
}

/** Too many updates of one aggregate wait for each other in this process. Nothing was stored. */
export class UpdateQueueFullError extends EventSourcingError {
  readonly code = 'UPDATE_QUEUE_FULL';

  constructor(
    readonly aggregateType: string,
    readonly aggregateId: string,
    readonly waiting: number,
  ) {
    super(
      `${waiting} updates of ${aggregateType} ${JSON.stringify(aggregateId)} wait already for the one that runs. Try ` +
        `again later; if this happens often, look for changes that wait for something slow, or divide the aggregate.`,
    );
  }
}
