import type { AvroType } from './avsc.js';
import { DAYS_AS_DATE, microsAsDate, millisAsDate } from './date-conversions.js';
import { decimalAsString, decimalDigitsOf } from './decimal-conversion.js';
import { ConvertedType } from './logical-type.js';
import type { Conversion, LogicalAttributes } from './logical-type.js';
import { renderValue } from './render-value.js';
import { TIME_MICROS, TIME_MILLIS } from './time-conversions.js';
import { UUID_AS_FIXED, UUID_AS_STRING } from './uuid-conversions.js';

const MAX_PRECISION = 1000;

/** A logical type: the types it may annotate, what its attributes must be, and its conversion. */
interface LogicalRule {
  on: readonly string[];
  fault?(schema: LogicalAttributes): string | undefined;
  conversion(schema: LogicalAttributes): Conversion;
}

const DURATION: Conversion = {
  kind: 'buffer',
  expected: 'fixed (duration) of 12 bytes as Buffer',
  encode: (value) => (Buffer.isBuffer(value) ? value : undefined),
  decode: (value) => value,
};

const RULES: ReadonlyMap<unknown, LogicalRule> = new Map<unknown, LogicalRule>([
  ['timestamp-millis', { on: ['long'], conversion: () => millisAsDate('timestamp-millis') }],
  ['timestamp-micros', { on: ['long'], conversion: () => microsAsDate('timestamp-micros') }],
  ['local-timestamp-millis', { on: ['long'], conversion: () => millisAsDate('local-timestamp-millis') }],
  ['local-timestamp-micros', { on: ['long'], conversion: () => microsAsDate('local-timestamp-micros') }],
  ['date', { on: ['int'], conversion: () => DAYS_AS_DATE }],
  ['time-millis', { on: ['int'], conversion: () => TIME_MILLIS }],
  ['time-micros', { on: ['long'], conversion: () => TIME_MICROS }],
  ['decimal', { on: ['bytes', 'fixed'], fault: decimalFault, conversion: decimalConversion }],
  [
    'uuid',
    {
      on: ['string', 'fixed'],
      fault: (schema) => sizeFault(schema, 16),
      conversion: ({ type }) => (type === 'fixed' ? UUID_AS_FIXED : UUID_AS_STRING),
    },
  ],
  ['duration', { on: ['fixed'], fault: (schema) => sizeFault(schema, 12), conversion: () => DURATION }],
]);

/** Says what is wrong with a schema's logical type; `undefined` if nothing is, or if it has none. */
export function logicalTypeFault(schema: LogicalAttributes): { code: string; message: string } | undefined {
  const { logicalType, type } = schema;
  if (logicalType === undefined) return undefined;
  const rule = RULES.get(logicalType);
  if (!rule) {
    const message = `${quote(logicalType)} is no known logical type; use one of ${[...RULES.keys()].join(', ')}`;
    return { code: 'SCHEMA_UNKNOWN_LOGICAL_TYPE', message };
  }
  const fault = rule.on.some((name) => name === type)
    ? rule.fault?.(schema)
    : `annotates ${rule.on.join(' or ')}, not ${quote(type)}; change the type`;
  if (fault === undefined) return undefined;
  return {
    code: 'SCHEMA_BAD_LOGICAL_TYPE',
    message: `the logical type ${quote(logicalType)} ${fault}`,
  };
}

/** Puts the logical type of a schema without fault onto its underlying type. */
export function buildLogicalType(schema: LogicalAttributes, underlying: AvroType): AvroType {
  return new ConvertedType(String(schema['logicalType']), underlying, conversionOf(schema));
}

/** The conversion of the logical type of a schema without fault. @throws Error if the schema has none that is known */
export function conversionOf(schema: LogicalAttributes): Conversion {
  const rule = RULES.get(schema['logicalType']);
  if (!rule) throw new Error(`unknown logical type: ${String(schema['logicalType'])}`);
  return rule.conversion(schema);
}

function quote(name: unknown): string {
  return renderValue(name).replace(/^string /, '');
}

function sizeFault({ type, size }: LogicalAttributes, expected: number): string | undefined {
  if (type !== 'fixed' || size === expected) return undefined;
  return `takes a fixed of ${expected} bytes, not ${renderValue(size)}; change the size`;
}

function decimalFault({ type, size, precision, scale = 0 }: LogicalAttributes): string | undefined {
  if (
    typeof precision !== 'number' ||
    !Number.isInteger(precision) ||
    precision < 1 ||
    precision > MAX_PRECISION
  ) {
    return `needs a precision from 1 to ${MAX_PRECISION}, not ${renderValue(precision)}; correct it`;
  }
  if (typeof scale !== 'number' || !Number.isInteger(scale) || scale < 0 || scale > precision) {
    return `needs a scale from 0 to its precision ${precision}, not ${renderValue(scale)}; correct it`;
  }
  const most = type === 'fixed' && typeof size === 'number' ? decimalDigitsOf(size) : precision;
  if (precision <= most) return undefined;
  return `has precision ${precision}, but ${String(size)} bytes hold ${most} digits; raise the size`;
}

function decimalConversion({ type, size, precision, scale = 0 }: LogicalAttributes): Conversion {
  return decimalAsString({
    precision: Number(precision),
    scale: Number(scale),
    size: type === 'fixed' ? Number(size) : undefined,
  });
}
