import type { Conversion } from './logical-type.js';

const DECIMAL = /^(-?)(0|[1-9]\d*)(?:\.(\d+))?$/;

/** How many digits a decimal has, how many of them after the point, and in how many bytes it is stored. */
export interface DecimalFormat {
  precision: number;
  scale: number;
  /** The size of the `fixed` that holds it; `undefined` for `bytes`, which are as long as need be. */
  size: number | undefined;
}

/**
 * `decimal`: a string such as `"12.34"`, encoded as a two's-complement integer of its smallest unit.
 *
 * Numbers are refused, since they cannot hold most decimals. Decoding pads to the scale: `"1"` comes back as `"1.00"`.
 */
export function decimalAsString(format: DecimalFormat): Conversion {
  const { precision, scale, size } = format;
  const base = size === undefined ? 'bytes' : 'fixed';
  return {
    kind: 'string',
    expected: `${base} (decimal, ${precision} digits, ${scale} after the point) as string`,
    attributes: { precision, scale },
    encode(value) {
      const digits = digitsOf(value, format);
      return digits === undefined ? undefined : toBytes(BigInt(digits), size);
    },
    accepts: (value) => digitsOf(value, format) !== undefined,
    decode(value) {
      if (!Buffer.isBuffer(value)) throw new TypeError('not the bytes of a decimal');
      return print(fromBytes(value), scale);
    },
    explain: (value) =>
      typeof value === 'number'
        ? `A number is not exact: pass the decimal as a string such as "${value}"`
        : undefined,
  };
}

/** The digits of a decimal without the point, padded to the scale; `undefined` if they do not fit. */
function digitsOf(value: unknown, { precision, scale }: DecimalFormat): string | undefined {
  if (typeof value !== 'string' || value.length > precision + 3) return undefined;
  const [, sign = '', whole, fraction = ''] = DECIMAL.exec(value) ?? [];
  if (whole === undefined || fraction.length > scale) return undefined;
  const fits = whole === '0' || whole.length + scale <= precision;
  return fits ? sign + whole + fraction.padEnd(scale, '0') : undefined;
}

function print(unscaled: bigint, scale: number): string {
  const sign = unscaled < 0n ? '-' : '';
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0');
  if (scale === 0) return sign + digits;
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** Writes an integer in as few bytes as hold it with its sign, or in exactly `size` bytes. */
function toBytes(value: bigint, size: number | undefined): Buffer {
  const magnitude = value < 0n ? -value - 1n : value;
  const bits = magnitude === 0n ? 0 : magnitude.toString(2).length;
  const length = size ?? Math.floor(bits / 8) + 1;
  const hex = BigInt.asUintN(length * 8, value).toString(16);
  return Buffer.from(hex.padStart(length * 2, '0'), 'hex');
}

function fromBytes(bytes: Buffer): bigint {
  if (bytes.length === 0) return 0n;
  return BigInt.asIntN(bytes.length * 8, BigInt(`0x${bytes.toString('hex')}`));
}

/** The most digits that a two's-complement integer of this many bytes can always hold. */
export function decimalDigitsOf(size: number): number {
  return Math.max(0, Math.floor((8 * size - 1) * Math.log10(2)));
}
