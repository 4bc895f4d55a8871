import { createHash } from 'node:crypto';

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
