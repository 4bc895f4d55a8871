import type { JournalRecord, Transaction } from '../store/index.js';

/** The state of an aggregate after one of its events, as it is stored. */
export interface SnapshotRecord {
  readonly aggregateType: string;
  readonly aggregateId: string;
  readonly aggregateVersion: number;
  /** The event of that version: another one means that the journal has another past now. */
  readonly eventId: string;
  /** The latest `createdAt` of the events up to it, which need not be that of the last one. */
  readonly until: Date;
  /** See `AggregateSnapshotOptions.version`. */
  readonly snapshotVersion: number;
  /** What the code was that folded the events; see `SnapshotShapes`. */
  readonly shape: string;
  readonly state: string;
  /** Of all of the above. */
  readonly checksum: string;
}

/** Where the fold of a stream may begin, and where it ends. */
export interface SnapshotQuery {
  readonly aggregateType: string;
  readonly aggregateId: string;
  readonly snapshotVersion: number;
  readonly shape: string;
  /** The last version that counts. @default the stream's last */
  readonly toVersion?: number;
  /** Only what was stored at or before this moment. */
  readonly asOf?: Date;
  readonly transaction?: Transaction;
}

/** A snapshot and what came after it. */
export interface SnapshotAnswer {
  /** The newest snapshot that fits the query; it is not checked any further. */
  readonly snapshot: SnapshotRecord | undefined;
  /**
   * The events from the version of the snapshot on, that one included; without a snapshot, from the first. If the
   * snapshot is one of another past, they are not those that come after it.
   */
  readonly records: readonly JournalRecord[];
  /** Whether there may be more events behind these. */
  readonly more: boolean;
}

/** A stream, and the newest of its snapshots. */
export interface SnapshottedStream {
  readonly aggregateId: string;
  readonly version: number;
  readonly snapshot: Pick<SnapshotRecord, 'aggregateVersion' | 'snapshotVersion' | 'shape'> | undefined;
}

/** Which streams to list: some, in the order of their ids, behind one. */
export interface StreamsQuery {
  readonly aggregateType: string;
  readonly after: string | undefined;
  readonly limit: number;
}

/** Keeps snapshots beside a journal: an adapter for each kind of database. */
export interface SnapshotStorage {
  /** Reads the newest snapshot and what came after it, in one round trip. */
  read(query: SnapshotQuery): Promise<SnapshotAnswer>;
  /** Stores a snapshot, in place of another one of the same version of the same aggregate. */
  write(snapshot: SnapshotRecord): Promise<void>;
  /** Removes one that is damaged, unless it was replaced meanwhile. */
  discard(snapshot: SnapshotRecord): Promise<void>;
  streams(query: StreamsQuery): Promise<readonly SnapshottedStream[]>;
  /** Removes the snapshots of one aggregate. @returns how many there were */
  delete(aggregateType: string, aggregateId: string): Promise<number>;
  /**
   * Removes all but the newest snapshots of some aggregates, in the order of their ids.
   *
   * @param keep how many of each aggregate stay.
   * @returns how many were removed, and the last id that was looked at; without one there were no more.
   */
  deleteOlder(query: StreamsQuery, keep: number): Promise<{ deleted: number; last: string | undefined }>;
  /** Makes sure at start that snapshots can be kept. @throws EventSourcingError saying what to do. */
  prepare(): Promise<void>;
}
