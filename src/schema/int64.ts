import { buildLong } from './avsc.js';

/** A varint of so many bytes has 49 bits, which a number holds exactly. */
const EXACT_BYTES = 7;
const EXACT_LIMIT = 2 ** 48;

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
export const LONG = buildLong(
  {
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
  },
  // avsc takes the way over eight bytes and a bigint for every value; most are small.
  (slow) => ({
    _read(tap) {
      const start = tap.pos;
      const value = tap.readLong();
      if (tap.pos - start <= EXACT_BYTES) return value;
      tap.pos = start;
      return slow._read(tap);
    },
    _write(tap, value) {
      const isSmall = Number.isInteger(value) && Math.abs(value as number) < EXACT_LIMIT;
      if (isSmall) tap.writeLong(value as number);
      else slow._write(tap, value);
    },
  }),
);

function asInt64(value: unknown): number | bigint {
  if (isInt64(value)) return typeof value === 'bigint' ? narrow(value) : value;
  throw new RangeError('not an exact integer of 64 bits');
}
