import type { Conversion, ValueKind } from '../logical-type.js';
import { conversionOf } from '../logical-types.js';
import type { SchemaNode } from '../schema-tree.js';
import { kindOfType } from '../value-kinds.js';

/** The conversion of a type's logical type; `undefined` if it has none. */
export function conversionOfType(node: SchemaNode): Conversion | undefined {
  if (!('logical' in node) || node.logical === undefined) return undefined;
  const { name, precision, scale } = node.logical;
  const size = node.kind === 'fixed' ? node.size : undefined;
  return conversionOf({ logicalType: name, type: node.kind, size, precision, scale });
}

/** The kind of JavaScript value that a type's values are. */
export function valueKindOf(node: SchemaNode): ValueKind {
  return conversionOfType(node)?.kind ?? kindOfType(node.kind);
}

/** The bytes of a value as a Buffer; `undefined` if it has none. */
export function asBuffer(value: unknown): Buffer | undefined {
  if (Buffer.isBuffer(value)) return value;
  if (!(value instanceof Uint8Array)) return undefined;
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}
