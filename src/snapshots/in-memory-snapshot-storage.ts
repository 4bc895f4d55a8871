import { streamKey, type Journal, type JournalRecord } from '../store/index.js';
import type {
  SnapshotAnswer,
  SnapshotQuery,
  SnapshotRecord,
  SnapshotStorage,
  SnapshottedStream,
  StreamsQuery,
} from './snapshot-storage.js';

/** Snapshots in memory, for tests: the same rules as in PostgreSQL. */
export class InMemorySnapshotStorage implements SnapshotStorage {
  /** By stream, the oldest first. */
  readonly #streams = new Map<string, SnapshotRecord[]>();

  constructor(private readonly journal: Journal) {}

  async read(query: SnapshotQuery): Promise<SnapshotAnswer> {
    const { aggregateType, aggregateId, toVersion = Infinity, asOf, transaction } = query;
    const snapshot = this.#of(aggregateType, aggregateId).findLast(
      (each) =>
        each.snapshotVersion === query.snapshotVersion &&
        each.shape === query.shape &&
        each.aggregateVersion <= toVersion &&
        (!asOf || each.until <= asOf),
    );
    const records: JournalRecord[] = [];
    const fromVersion = snapshot?.aggregateVersion ?? 1;
    for await (const page of this.journal.readStream({
      aggregateType,
      aggregateId,
      fromVersion,
      toVersion: query.toVersion,
      asOf,
      transaction,
    })) {
      records.push(...page);
    }
    return { snapshot, records, more: false };
  }

  async write(snapshot: SnapshotRecord): Promise<void> {
    const { aggregateType, aggregateId, aggregateVersion } = snapshot;
    const others = this.#of(aggregateType, aggregateId).filter(
      (each) => each.aggregateVersion !== aggregateVersion,
    );
    const all = [...others, snapshot].sort((a, b) => a.aggregateVersion - b.aggregateVersion);
    this.#streams.set(streamKey(aggregateType, aggregateId), all);
  }

  async discard(snapshot: SnapshotRecord): Promise<void> {
    const { aggregateType, aggregateId } = snapshot;
    const left = this.#of(aggregateType, aggregateId).filter((each) => each !== snapshot);
    this.#streams.set(streamKey(aggregateType, aggregateId), left);
  }

  async streams({ aggregateType, after, limit }: StreamsQuery): Promise<readonly SnapshottedStream[]> {
    const versions = new Map<string, number>();
    for await (const page of this.journal.readAll({ after: 0n })) {
      for (const record of page) {
        if (record.aggregateType === aggregateType) versions.set(record.aggregateId, record.aggregateVersion);
      }
    }
    return next([...versions.keys()], after, limit).map((aggregateId) => ({
      aggregateId,
      version: versions.get(aggregateId)!,
      snapshot: this.#of(aggregateType, aggregateId).at(-1),
    }));
  }

  async delete(aggregateType: string, aggregateId: string): Promise<number> {
    const { length } = this.#of(aggregateType, aggregateId);
    this.#streams.delete(streamKey(aggregateType, aggregateId));
    return length;
  }

  async deleteOlder(
    { aggregateType, after, limit }: StreamsQuery,
    keep: number,
  ): Promise<{ deleted: number; last: string | undefined }> {
    const mine = [...this.#streams.values()].flatMap(([first]) =>
      first?.aggregateType === aggregateType ? [first.aggregateId] : [],
    );
    const ids = next(mine, after, limit);
    let deleted = 0;
    for (const id of ids) {
      const snapshots = this.#of(aggregateType, id);
      deleted += snapshots.splice(0, Math.max(snapshots.length - keep, 0)).length;
    }
    return { deleted, last: ids.at(-1) };
  }

  async prepare(): Promise<void> {
    // Memory is always ready.
  }

  #of(aggregateType: string, aggregateId: string): SnapshotRecord[] {
    return this.#streams.get(streamKey(aggregateType, aggregateId)) ?? [];
  }
}

function next(ids: readonly string[], after: string | undefined, limit: number): string[] {
  return ids
    .filter((id) => after === undefined || id > after)
    .sort()
    .slice(0, limit);
}
