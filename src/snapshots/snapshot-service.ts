import { InvalidArgumentError, type AggregateClass, type AggregateRoot } from '../domain/index.js';
import type { AggregateSnapshots } from './aggregate-snapshots.js';
import type { Snapshots } from './snapshots.js';

/** Options of {@link SnapshotService.takeAll}. */
export interface TakeSnapshotsOptions {
  /**
   * How many events since its last snapshot make an aggregate due.
   *
   * @default what goes for the aggregate
   */
  readonly every?: number;
  /** Ends it early, between two aggregates. */
  readonly signal?: AbortSignal;
  /** Is told now and then how far it is. */
  readonly onProgress?: (progress: TakenSnapshots) => void;
}

/** Options of {@link SnapshotService.deleteAll}. */
export interface DeleteSnapshotsOptions {
  /** How many of each aggregate stay, the newest. @default 0 */
  readonly keep?: number;
}

/** What {@link SnapshotService.takeAll} has done. */
export interface TakenSnapshots {
  /** How many aggregates were looked at. */
  readonly examined: number;
  readonly taken: number;
  /** How many could not be taken; why is in the log. */
  readonly failed: number;
  /** Whether all aggregates were looked at: it was not ended early, by its signal or by the shutdown. */
  readonly complete: boolean;
}

/**
 * Takes and deletes snapshots on demand: for a schedule, after a deployment, for tests.
 *
 * Nothing depends on it: snapshots are taken after saves anyway.
 */
export class SnapshotService {
  readonly #snapshots: Snapshots;
  readonly #closing = new AbortController();
  readonly #running = new Set<Promise<unknown>>();

  constructor(snapshots: Snapshots) {
    this.#snapshots = snapshots;
  }

  /**
   * Takes a snapshot of an aggregate as it is stored, unless its newest one is up to date.
   *
   * @returns the version of its newest snapshot then; 0 when there is no such aggregate.
   * @throws SnapshotStateError; InvalidArgumentError for an unusable id, and where snapshots of the class are off.
   */
  async take(aggregateClass: AggregateClass, id: string): Promise<number> {
    const { version } = await this.#snapshots.of(aggregateClass).take(id, 1);
    return version;
  }

  /**
   * Takes all snapshots that are due, of one class or of all, one after the other.
   *
   * Several instances may do so at once: what one has taken is not due for the others. One that cannot be taken is
   * logged and counted, and does not keep the others from being taken.
   *
   * @throws InvalidArgumentError where snapshots of the class are off; what the database throws.
   */
  async takeAll(
    aggregateClass?: AggregateClass,
    options: TakeSnapshotsOptions = {},
  ): Promise<TakenSnapshots> {
    const { every, signal } = options;
    assertCount('every', every, 1);
    const ends = AbortSignal.any([this.#closing.signal, ...(signal ? [signal] : [])]);
    const work = this.#takeAll(this.#chosen(aggregateClass), options, ends);
    this.#running.add(work);
    try {
      return await work;
    } finally {
      this.#running.delete(work);
    }
  }

  /** Deletes the snapshots of an aggregate. @returns how many there were */
  async delete(aggregateClass: AggregateClass, id: string): Promise<number> {
    return this.#snapshots.of(aggregateClass).delete(id);
  }

  /**
   * Deletes the snapshots of all aggregates of a class, or of all classes, but the newest.
   *
   * Nothing is lost by it but time: the present is read from the newest, the past from whatever is before it.
   *
   * @returns how many there were
   */
  async deleteAll(
    aggregateClass?: AggregateClass,
    { keep = 0 }: DeleteSnapshotsOptions = {},
  ): Promise<number> {
    assertCount('keep', keep, 0);
    let deleted = 0;
    for (const snapshots of this.#chosen(aggregateClass)) deleted += await snapshots.deleteOlder(keep);
    return deleted;
  }

  /** Resolves when the snapshots have been taken that saves have made due so far. */
  async settled(): Promise<void> {
    await this.#snapshots.background.idle();
  }

  /** Finishes what was begun, and begins nothing more; what was to be taken in the background is taken. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#snapshots.background.close();
    await Promise.allSettled(this.#running);
  }

  async #takeAll(
    classes: readonly AggregateSnapshots<AggregateRoot>[],
    { every, onProgress = () => undefined }: TakeSnapshotsOptions,
    ends: AbortSignal,
  ): Promise<TakenSnapshots> {
    let [examined, taken, failed] = [0, 0, 0];
    for (const snapshots of classes) {
      for await (const page of snapshots.streams()) {
        for (const stream of page) {
          if (ends.aborted) return { examined, taken, failed, complete: false };
          examined += 1;
          try {
            if (await snapshots.takeIfDue(stream, every ?? snapshots.every)) taken += 1;
          } catch (error) {
            failed += 1;
            this.#snapshots.report(
              `No snapshot of ${JSON.stringify(stream.aggregateId)} could be taken`,
              error,
            );
          }
        }
        onProgress({ examined, taken, failed, complete: false });
      }
    }
    return { examined, taken, failed, complete: !ends.aborted };
  }

  #chosen(aggregateClass: AggregateClass | undefined): readonly AggregateSnapshots<AggregateRoot>[] {
    return aggregateClass ? [this.#snapshots.of(aggregateClass)] : this.#snapshots.all;
  }
}

function assertCount(name: string, value: number | undefined, least: number): void {
  if (value === undefined || (Number.isSafeInteger(value) && value >= least)) return;
  throw new InvalidArgumentError(`${name} is ${String(value)}`, `Use a whole number from ${least}.`);
}
