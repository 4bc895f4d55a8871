import { constructAggregate, type AggregateRoot, type DomainEvent } from '../domain/index.js';
import { streamKey, type Transaction } from '../store/index.js';
import { stateOf } from './aggregate-state.js';
import type { BackgroundTakes } from './background-takes.js';
import { RecentVersions } from './recent-versions.js';
import {
  SnapshotLoader,
  type SnapshotLoaderParts,
  type SnapshotMoment,
  type UnusableSnapshot,
} from './snapshot-loader.js';
import { sealed } from './snapshot-record.js';
import type { SnapshotRecord, SnapshottedStream } from './snapshot-storage.js';

/** What the snapshots of one aggregate class need. */
export interface AggregateSnapshotsParts<A extends AggregateRoot> extends SnapshotLoaderParts<A> {
  readonly background: BackgroundTakes;
  readonly report: (message: string, error: unknown) => void;
}

/** How many streams are listed at once. */
const PAGE = 200;

/** Takes and uses the snapshots of the aggregates of one class. */
export class AggregateSnapshots<A extends AggregateRoot> {
  readonly #parts: AggregateSnapshotsParts<A>;
  readonly #loader: SnapshotLoader<A>;
  /** The version of the snapshot that a loaded aggregate was folded from. */
  readonly #bases = new WeakMap<A, number>();
  readonly #recent = new RecentVersions();

  constructor(parts: AggregateSnapshotsParts<A>) {
    this.#parts = parts;
    this.#loader = new SnapshotLoader(parts);
  }

  /** An aggregate at a moment, folded from the newest snapshot before it; of version 0 if there was none. */
  async load(id: string, moment: SnapshotMoment): Promise<A> {
    const loaded = await this.#loader.load(id, moment);
    if (loaded.unusable) this.#handle(id, loaded.unusable);
    if (loaded.from) this.#bases.set(loaded.aggregate, loaded.from.aggregateVersion);
    return loaded.aggregate;
  }

  /** An aggregate was saved: if a snapshot is due, it is taken in the background, after the commit. */
  saved(aggregate: A, transaction?: Transaction): void {
    const { id, version } = aggregate;
    const { policy, store } = this.#parts;
    const last = Math.max(this.#bases.get(aggregate) ?? 0, this.#recent.get(id));
    if (version - last < policy.every) return;
    if (transaction) store.afterCommit(transaction, () => this.#takeLater(id));
    else this.#takeLater(id);
  }

  /**
   * Takes a snapshot of what is stored of an aggregate, unless there were fewer events than `every` since the last one.
   *
   * @returns the version of its newest snapshot, 0 for none, and whether it was taken now.
   * @throws SnapshotStateError
   */
  async take(id: string, every: number): Promise<{ version: number; taken: boolean }> {
    let last: DomainEvent | undefined;
    let latest = 0;
    const loaded = await this.#loader.load(id, {}, (events) => {
      last = events.at(-1) ?? last;
      for (const { createdAt } of events) latest = Math.max(latest, createdAt.getTime());
    });
    if (loaded.unusable?.damaged) await this.#parts.storage.discard(loaded.unusable.snapshot);
    const { aggregate, from } = loaded;
    const before = from?.aggregateVersion ?? 0;
    this.#recent.set(id, before);
    if (!last || aggregate.version - before < every) return { version: before, taken: false };
    const until = new Date(Math.max(latest, from?.until.getTime() ?? 0));
    await this.#write(aggregate, last.eventId, until);
    return { version: aggregate.version, taken: true };
  }

  /** As {@link take}, without loading what is not due. @returns whether one was taken */
  async takeIfDue({ aggregateId, version, snapshot }: SnapshottedStream, every: number): Promise<boolean> {
    const { aggregateClass, policy, shapes } = this.#parts;
    const counts =
      snapshot?.snapshotVersion === policy.version &&
      snapshot.shape === shapes.of(constructAggregate(aggregateClass, aggregateId));
    if (version - (counts ? snapshot.aggregateVersion : 0) < every) return false;
    return (await this.take(aggregateId, every)).taken;
  }

  /** How often snapshots of the class are taken. */
  get every(): number {
    return this.#parts.policy.every;
  }

  /** All streams of the class, many at a time. */
  async *streams(): AsyncGenerator<readonly SnapshottedStream[], void, void> {
    const { storage, aggregateType } = this.#parts;
    let page: readonly SnapshottedStream[];
    let after: string | undefined;
    do {
      page = await storage.streams({ aggregateType, after, limit: PAGE });
      if (page.length > 0) yield page;
      after = page.at(-1)?.aggregateId;
    } while (page.length === PAGE);
  }

  /** Removes the snapshots of an aggregate. @returns how many there were */
  async delete(id: string): Promise<number> {
    this.#recent.forget(id);
    return this.#parts.storage.delete(this.#parts.aggregateType, id);
  }

  /** Removes all but the newest snapshots of each aggregate. @returns how many there were */
  async deleteOlder(keep: number): Promise<number> {
    const { storage, aggregateType } = this.#parts;
    let deleted = 0;
    let after: string | undefined;
    do {
      const page = await storage.deleteOlder({ aggregateType, after, limit: PAGE }, keep);
      deleted += page.deleted;
      after = page.last;
    } while (after !== undefined);
    return deleted;
  }

  async #write(aggregate: A, eventId: string, until: Date): Promise<void> {
    const { storage, aggregateClass, aggregateType, policy, shapes } = this.#parts;
    const { id, version } = aggregate;
    let state: string;
    try {
      state = stateOf(aggregate);
    } catch (error) {
      // What it holds will not be gone at the next save: that is not the time to replay it all again.
      this.#recent.set(id, version);
      throw error;
    }
    await storage.write(
      sealed({
        aggregateType,
        aggregateId: id,
        aggregateVersion: version,
        eventId,
        until,
        snapshotVersion: policy.version,
        shape: shapes.of(constructAggregate(aggregateClass, id)),
        state,
      }),
    );
    this.#recent.set(id, version);
  }

  #handle(id: string, { snapshot, cause, damaged }: UnusableSnapshot): void {
    const { aggregateClass, aggregateType, report } = this.#parts;
    const place = `The snapshot of ${aggregateType} ${JSON.stringify(id)} at version ${snapshot.aggregateVersion}`;
    if (damaged) {
      report(`${place} is damaged. Its events were replayed, and another one takes its place.`, cause);
      this.#takeLater(id, snapshot);
    } else {
      report(
        `${place} was not taken over by ${aggregateClass.name}.fromSnapshot. Its events were replayed.`,
        cause,
      );
    }
  }

  #takeLater(id: string, damaged?: SnapshotRecord): void {
    const { background, aggregateType, policy, storage, report } = this.#parts;
    background.add(streamKey(aggregateType, id), async () => {
      try {
        if (damaged) await storage.discard(damaged);
        await this.take(id, policy.every);
      } catch (error) {
        report(`No snapshot of ${aggregateType} ${JSON.stringify(id)} could be taken`, error);
      }
    });
  }
}
