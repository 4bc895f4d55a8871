export type { AggregateSnapshots } from './aggregate-snapshots.js';
export { InMemorySnapshotStorage } from './in-memory-snapshot-storage.js';
export type { SnapshotsOptions } from './snapshot-policy.js';
export {
  SnapshotService,
  type DeleteSnapshotsOptions,
  type TakenSnapshots,
  type TakeSnapshotsOptions,
} from './snapshot-service.js';
export type {
  SnapshotAnswer,
  SnapshotQuery,
  SnapshotRecord,
  SnapshotStorage,
  SnapshottedStream,
  StreamsQuery,
} from './snapshot-storage.js';
export { Snapshots, type SnapshotsParts } from './snapshots.js';
export * from './snapshots.errors.js';
