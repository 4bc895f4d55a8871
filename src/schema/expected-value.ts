import avro from 'avsc';

import type { AvroType } from './avsc.js';
import { ConvertedType } from './logical-type.js';
import { PlainUnion, WrappedUnion } from './union-types.js';

const SHOWN_SYMBOLS = 12;

/** Says what a value of a type looks like, e.g. `'null or string'` or `'one of "a", "b"'`. */
export function expectedOf(type: AvroType): string {
  if (type instanceof ConvertedType) return type.conversion.expected;
  if (type instanceof PlainUnion) return type.types.map(expectedOf).join(' or ');
  if (type instanceof WrappedUnion) return type.types.map(wrapperOf).join(' or ');
  if (type instanceof avro.types.EnumType) return oneOf(type.symbols);
  if (type instanceof avro.types.FixedType) return `fixed ${type.name} of ${type.size} bytes as Buffer`;
  if (type instanceof avro.types.RecordType) return `record ${type.name}`;
  if (type instanceof avro.types.ArrayType) return 'array';
  if (type.typeName === 'abstract:long') return 'long';
  return type.typeName === 'bytes' ? 'bytes as Buffer' : type.typeName;
}

function wrapperOf(branch: AvroType): string {
  if (branch.typeName === 'null') return 'null';
  return `{ ${JSON.stringify(branch.branchName)}: ${expectedOf(branch)} }`;
}

function oneOf(symbols: readonly string[]): string {
  const shown = symbols.slice(0, SHOWN_SYMBOLS).map((symbol) => JSON.stringify(symbol));
  const hidden = symbols.length - shown.length;
  return `one of ${shown.join(', ')}${hidden > 0 ? ` and ${hidden} more` : ''}`;
}
