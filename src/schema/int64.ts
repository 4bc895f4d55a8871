import { buildLong } from './avsc.js';

/** Whether a value is an integer of 64 bits: a safe integer, or a bigint within the range. */
export function isInt64(value: unknown): value is number | bigint {
  if (typeof value === 'bigint') return BigInt.asIntN(64, value) === value;
  return Number.isSafeInteger(value);
}

/** Gives an integer as a number if that is exact, else as a bigint. */
export function narrow(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/**
 * Avro's `long`: takes numbers that are safe integers, and bigints of 64 bits.
 *
 * Decoding gives a bigint only where a number would not be exact, so a small bigint comes back as a number.
 */
export const LONG = buildLong({
  toBuffer(value) {
    const buffer = Buffer.alloc(8);
    if (isInt64(value)) buffer.writeBigInt64LE(BigInt(value));
    return buffer;
  },
  fromBuffer: (buffer) => narrow(buffer.readBigInt64LE()),
  fromJSON: asInt64,
  toJSON: asInt64,
  isValid: isInt64,
  compare(left, right) {
    if (left < right) return -1;
    return left > right ? 1 : 0;
  },
});

function asInt64(value: unknown): number | bigint {
  if (isInt64(value)) return typeof value === 'bigint' ? narrow(value) : value;
  throw new RangeError('not an exact integer of 64 bits');
}
