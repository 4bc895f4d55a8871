import type { Conversion } from '../logical-type.js';
import type { FixedNode, LogicalTypeNode, PrimitiveNode, SchemaNode } from '../schema-tree.js';
import type { Fault } from './incompatibility.js';
import { promotionOf } from './promotions.js';
import { describeType } from './type-description.js';
import { asBuffer, conversionOfType, valueKindOf } from './type-values.js';
import { UnreadableValue } from './unreadable-value.js';

/** Reads one value as another. */
export type Converter = (value: unknown) => unknown;

/** How values without parts are read: as they are if there is no `convert`, or not if there are faults. */
export interface LeafReading {
  readonly faults: readonly Fault[];
  readonly convert?: Converter | undefined;
}

type Scalar = PrimitiveNode | FixedNode;

/** Finds how a primitive or a fixed is read, whose names and sizes match, with the meaning its logical type gives it. */
export function scalarReading(writer: Scalar, reader: Scalar): LeafReading {
  const promotion = promotionOf(writer, reader);
  if (!promotion) return { faults: [typeFault(writer, reader)] };
  if (isSameLogicalType(writer.logical, reader.logical)) return { faults: [], convert: promotion.convert };
  if (writer.logical && reader.logical) return logicalReading(writer, writer.logical, reader, reader.logical);
  const encoder = conversionOfType(writer);
  // Text that is no UUID was allowed when it was stored, so it comes back as it is.
  const decoder = reader.kind === 'string' ? undefined : conversionOfType(reader);
  if (valueKindOf(writer) === 'string' && valueKindOf(reader) === 'string') {
    return { faults: [], convert: decoder && ((value) => checked(value, decoder, reader)) };
  }
  const promote = promotion.convert ?? ((value: unknown) => value);
  const encode: Converter = encoder ? (value) => encoded(value, encoder, writer) : (value) => value;
  const decode: Converter = decoder ? (value) => decoded(value, decoder, reader) : (value) => value;
  return { faults: [], convert: (value) => decode(promote(encode(value))) };
}

/** The fault of two types that have nothing in common. */
export function typeFault(writer: SchemaNode, reader: SchemaNode): Fault {
  const cure = 'keep the earlier type, or add a field of another name for the new one';
  return { rule: 'TYPE', problem: describePair(writer, reader), cure };
}

function describePair(writer: SchemaNode, reader: SchemaNode): string {
  return `${describeType(writer)} cannot be read as ${describeType(reader)}`;
}

/** Between two logical types whose underlying types match: only where a value means the same in both. */
function logicalReading(
  writer: Scalar,
  { name: written }: LogicalTypeNode,
  reader: Scalar,
  { name: wanted }: LogicalTypeNode,
): LeafReading {
  if (valueKindOf(writer) === 'date' && valueKindOf(reader) === 'date') return { faults: [] };
  if (written === 'time-millis' && wanted === 'time-micros') {
    return { faults: [], convert: (value) => microsOf(value, writer) };
  }
  const cure =
    written === wanted
      ? 'keep precision and scale, or add a field of another name for the new ones'
      : 'keep the earlier logical type, or add a field of another name for the new one';
  return { faults: [{ rule: 'LOGICAL_TYPE', problem: describePair(writer, reader), cure }] };
}

function isSameLogicalType(left: LogicalTypeNode | undefined, right: LogicalTypeNode | undefined): boolean {
  return left?.name === right?.name && left?.precision === right?.precision && left?.scale === right?.scale;
}

function microsOf(value: unknown, writer: Scalar): number {
  if (typeof value !== 'number') throw UnreadableValue.unexpected(value, writer);
  return value * 1000;
}

function encoded(value: unknown, conversion: Conversion, writer: Scalar): unknown {
  const raw = conversion.encode(value);
  if (raw === undefined) throw UnreadableValue.unexpected(value, writer);
  return raw;
}

function decoded(raw: unknown, conversion: Conversion, reader: Scalar): unknown {
  let value: unknown;
  try {
    value = conversion.decode(asBuffer(raw) ?? raw);
  } catch {
    throw UnreadableValue.beyond(raw, reader);
  }
  return checked(value, conversion, reader);
}

function checked(value: unknown, conversion: Conversion, reader: Scalar): unknown {
  const accepted = conversion.accepts ? conversion.accepts(value) : conversion.encode(value) !== undefined;
  if (!accepted) throw UnreadableValue.beyond(value, reader);
  return value;
}
