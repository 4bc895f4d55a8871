import { createHash } from 'node:crypto';
import type { JournalRecord } from './journal-record.js';

/**
 * The partition that an aggregate falls to, the same in every process, in every release, and in the database.
 *
 * @param partitions how many there are.
 * @returns from 0.
 */
export function partitionOf(aggregateType: string, aggregateId: string, partitions: number): number {
  if (partitions === 1) return 0;
  const digest = createHash('md5').update(`${aggregateType} ${aggregateId}`).digest();
  return digest.readUInt32BE(0) % partitions;
}

/** Whether the aggregate of an event falls to a partition. */
export function isInPartition(
  { index, of }: { readonly index: number; readonly of: number },
  { aggregateType, aggregateId }: Pick<JournalRecord, 'aggregateType' | 'aggregateId'>,
): boolean {
  return partitionOf(aggregateType, aggregateId, of) === index;
}
