import type { SchemaNode } from '../schema-tree.js';
import { asBuffer } from './type-values.js';
import { UnreadableValue } from './unreadable-value.js';

/** How one primitive is read as another; without `convert` its JavaScript values are the same. */
export interface Promotion {
  readonly convert?: (value: unknown) => unknown;
}

const NUMBERS: Readonly<Record<string, readonly string[]>> = {
  int: ['long', 'float', 'double'],
  long: ['float', 'double'],
  float: ['double'],
};

const SAME: Promotion = {};

/** Finds the promotion from one type to another; `undefined` if the specification has none. */
export function promotionOf(writer: SchemaNode, reader: SchemaNode): Promotion | undefined {
  if (writer.kind === reader.kind) return SAME;
  if (NUMBERS[writer.kind]?.includes(reader.kind)) {
    return writer.kind === 'long' ? { convert: (value) => toNumber(value, writer) } : SAME;
  }
  if (writer.kind === 'string' && reader.kind === 'bytes')
    return { convert: (value) => toBytes(value, writer) };
  if (writer.kind === 'bytes' && reader.kind === 'string')
    return { convert: (value) => toText(value, writer) };
  return undefined;
}

function toNumber(value: unknown, writer: SchemaNode): number {
  if (typeof value !== 'number' && typeof value !== 'bigint') throw UnreadableValue.unexpected(value, writer);
  return Number(value);
}

function toBytes(value: unknown, writer: SchemaNode): Buffer {
  if (typeof value !== 'string') throw UnreadableValue.unexpected(value, writer);
  return Buffer.from(value, 'utf8');
}

/** Bytes that are no UTF-8 become U+FFFD, as elsewhere: they were allowed, so reading them must not fail. */
function toText(value: unknown, writer: SchemaNode): string {
  const bytes = asBuffer(value);
  if (!bytes) throw UnreadableValue.unexpected(value, writer);
  return bytes.toString('utf8');
}
