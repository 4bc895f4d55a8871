import { quote } from '../terminal-text.js';
import { ArgumentFault } from './argument-fault.js';
import type { AvroJson } from './field-type.js';

/** Types whose defaults are JSON, and so cannot be a bare word by mistake. */
const NOT_TEXT: ReadonlySet<string> = new Set([
  'null',
  'boolean',
  'int',
  'long',
  'float',
  'double',
  'array',
  'map',
]);

/**
 * Reads a default as it is written on the command line: JSON, or bare text where the type takes text.
 *
 * Decimals are written as numbers, and become the bytes that Avro asks for.
 *
 * @throws ArgumentFault
 */
export function parseFieldDefault(text: string, type: AvroJson): unknown {
  if (Array.isArray(type)) return text === 'null' ? null : parseFieldDefault(text, type[1] ?? 'null');
  if (typeof type === 'object' && type['logicalType'] === 'decimal') {
    return decimalBytes(text, Number(type['precision']), Number(type['scale']));
  }
  const kind = kindOf(type);
  const json = parseJson(text);
  if (NOT_TEXT.has(kind)) {
    if (json !== undefined) return json;
    throw new ArgumentFault(`its default ${quote(text)} is not JSON; write one for ${kind}`);
  }
  const takesText = ['string', 'bytes', 'enum', 'fixed'].includes(kind);
  return json === undefined || (takesText && typeof json !== 'string') ? text : json;
}

function kindOf(type: AvroJson): string {
  if (typeof type === 'string') return type;
  const kind = Array.isArray(type) ? 'union' : type['type'];
  return typeof kind === 'string' ? kind : 'record';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Avro writes a decimal as the bytes of its digits without the point, and a default's bytes as characters. */
function decimalBytes(text: string, precision: number, scale: number): string {
  const [, sign, whole = '', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  const digits = `${whole}${fraction.padEnd(scale, '0')}`.replace(/^0+(?=\d)/, '');
  if (sign === undefined || fraction.length > scale || digits.length > precision) {
    throw new ArgumentFault(
      `its default ${quote(text)} is no decimal of ${precision} digits, ${scale} after the point; write one`,
    );
  }
  const value = BigInt(`${sign}${digits}`);
  let size = 1;
  while (BigInt.asIntN(8 * size, value) !== value) size += 1;
  const hex = BigInt.asUintN(8 * size, value)
    .toString(16)
    .padStart(2 * size, '0');
  return Buffer.from(hex, 'hex').toString('latin1');
}
