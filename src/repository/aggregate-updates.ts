import { AsyncLocalStorage } from 'node:async_hooks';
import { inspect } from 'node:util';
import pRetry from 'p-retry';
import { InvalidArgumentError, type AggregateRoot, type DomainEvent } from '../domain/index.js';
import { ConcurrencyError, type AppendAllOptions } from '../store/index.js';
import type { AggregateRepository } from './aggregate-repository.js';
import { NestedUpdateError } from './repository.errors.js';
import { UpdateQueue } from './update-queue.js';

/** Options of {@link AggregateRepository.update}. */
export interface UpdateOptions extends AppendAllOptions {
  /**
   * How often it is tried against others that save the same aggregate, the first time included. Not in a transaction of
   * the caller's, where it is tried once.
   *
   * @default 16
   */
  readonly attempts?: number;
}

/** What an update came to. */
export interface Updated<A extends AggregateRoot, Result> {
  /** The aggregate as it was saved. */
  readonly aggregate: A;
  /** The stored events; none when nothing happened. */
  readonly events: readonly DomainEvent[];
  /** What the change returned. */
  readonly result: Result;
}

/** A change of an aggregate that is running; what it calls sees it. */
interface RunningChange {
  readonly owner: object;
  readonly id: string;
  readonly outer: RunningChange | undefined;
  /** What it has begun and not waited for sees it after its end. */
  readonly ended: boolean;
}

type Outcome<A extends AggregateRoot, Result> = Updated<A, Result> | { readonly failure: unknown };

const DEFAULT_ATTEMPTS = 16;
/** The pause after the first lost race doubles with each, up to a limit. In milliseconds. */
const FIRST_PAUSE = 5;
const LONGEST_PAUSE = 200;

const changes = new AsyncLocalStorage<RunningChange | undefined>();

/** Runs the updates of one repository: without collisions within the process, and again where others were faster. */
export class AggregateUpdates<A extends AggregateRoot> {
  readonly #queue: UpdateQueue;

  constructor(
    private readonly repository: AggregateRepository<A>,
    private readonly aggregateType: string,
  ) {
    this.#queue = new UpdateQueue(aggregateType);
  }

  /** See {@link AggregateRepository.update}. */
  async run<Result>(
    id: string,
    change: (aggregate: A) => Result | Promise<Result>,
    { attempts, ...options }: UpdateOptions,
  ): Promise<Updated<A, Result>> {
    assertUpdate(change, attempts, options);
    const inside = runningChanges();
    if (inside.some((outer) => outer.owner === this && outer.id === id)) {
      throw new NestedUpdateError(this.aggregateType, id);
    }
    const attempt = async (): Promise<Outcome<A, Result>> => this.#attempt(id, change, options);
    const attemptAgain = async (): Promise<Outcome<A, Result>> => retryConflicts(attempt, attempts);
    let outcome: Outcome<A, Result>;
    if (options.transaction) outcome = await attempt();
    // Two changes that each update the aggregate of the other would wait for each other for ever.
    else if (inside.length > 0) outcome = await attemptAgain();
    else outcome = await this.#queue.run(id, attemptAgain);
    if ('failure' in outcome) throw outcome.failure;
    return outcome;
  }

  /** @throws ConcurrencyError of the save alone; all else, which another attempt would not cure, is an outcome */
  async #attempt<Result>(
    id: string,
    change: (aggregate: A) => Result | Promise<Result>,
    options: AppendAllOptions,
  ): Promise<Outcome<A, Result>> {
    let saving = false;
    try {
      const aggregate = await this.repository.load(id, { transaction: options.transaction });
      const result = await this.#change(aggregate, change);
      saving = true;
      return { aggregate, events: await this.repository.save(aggregate, options), result };
    } catch (failure) {
      if (saving && failure instanceof ConcurrencyError) throw failure;
      return { failure };
    }
  }

  async #change<Result>(aggregate: A, change: (aggregate: A) => Result | Promise<Result>): Promise<Result> {
    const running = { owner: this, id: aggregate.id, outer: changes.getStore(), ended: false };
    try {
      return await changes.run(running, async () => change(aggregate));
    } finally {
      running.ended = true;
    }
  }
}

/** Does something that no change waits for, so that it may update what is being changed: it waits for its turn. */
export function outsideUpdates<T>(work: () => T): T {
  return changes.run(undefined, work);
}

async function retryConflicts<T>(attempt: () => Promise<T>, attempts = DEFAULT_ATTEMPTS): Promise<T> {
  return pRetry(attempt, {
    retries: attempts - 1,
    minTimeout: FIRST_PAUSE,
    // The limit is not randomized, and those who met once should not meet again.
    maxTimeout: LONGEST_PAUSE * (1 + Math.random()),
    randomize: true,
  });
}

/** The changes inside of which this runs, the innermost first. */
function runningChanges(): RunningChange[] {
  const running: RunningChange[] = [];
  for (let next = changes.getStore(); next; next = next.outer) if (!next.ended) running.push(next);
  return running;
}

/** @throws InvalidArgumentError for what plain JavaScript may pass, and for attempts that are not made. */
function assertUpdate(change: unknown, attempts: unknown, { transaction }: AppendAllOptions): void {
  if (typeof change !== 'function') {
    throw new InvalidArgumentError(
      `update was given ${inspect(change)} as the change`,
      'Pass a function: update(id, (todo) => todo.changeLabel(label)).',
    );
  }
  if (attempts === undefined) return;
  if (!Number.isSafeInteger(attempts) || (attempts as number) < 1) {
    throw new InvalidArgumentError(`attempts is ${inspect(attempts)}`, 'Use a whole number from 1.');
  }
  if (transaction) {
    throw new InvalidArgumentError(
      'update was given attempts and a transaction',
      'Leave out attempts: what else the transaction has read may be stale too, so run all of it again.',
    );
  }
}
