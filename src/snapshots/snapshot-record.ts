import { hash } from 'node:crypto';
import type { SnapshotRecord } from './snapshot-storage.js';

/** A snapshot with its checksum. */
export function sealed(snapshot: Omit<SnapshotRecord, 'checksum'>): SnapshotRecord {
  return { ...snapshot, checksum: checksumOf(snapshot) };
}

/** Whether a stored snapshot is what was stored, where it was stored. */
export function isIntact(snapshot: SnapshotRecord): boolean {
  return snapshot.checksum === checksumOf(snapshot);
}

function checksumOf(snapshot: Omit<SnapshotRecord, 'checksum'>): string {
  const { aggregateType, aggregateId, aggregateVersion, eventId, until, snapshotVersion, shape, state } =
    snapshot;
  const place = [
    aggregateType,
    aggregateId,
    aggregateVersion,
    eventId,
    until.getTime(),
    snapshotVersion,
    shape,
  ];
  return hash('sha256', JSON.stringify(place) + state);
}
