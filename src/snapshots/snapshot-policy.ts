import type { AggregateSnapshotOptions } from '../domain/index.js';

/** How the aggregates of a store are snapshotted that do not say it themselves. */
export interface SnapshotsOptions {
  /**
   * After how many events since the last one a snapshot of an aggregate is taken.
   *
   * @default undefined: only of aggregates that say so
   */
  every?: number;
}

/** When snapshots of an aggregate are taken, and which of them count. */
export interface SnapshotPolicy {
  readonly every: number;
  readonly version: number;
}

/** What goes for an aggregate; `undefined` where nobody says how often. */
export function snapshotPolicy(
  own: AggregateSnapshotOptions | false | undefined,
  defaults: SnapshotsOptions,
): SnapshotPolicy | undefined {
  if (own === false) return undefined;
  const every = own?.every ?? defaults.every;
  return every === undefined ? undefined : { every, version: own?.version ?? 1 };
}
