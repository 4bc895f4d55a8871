import { PRIMITIVES } from '../avro-names.js';
import type { EnumNode, FixedNode, PrimitiveNode, SchemaNode } from '../schema-tree.js';
import { scalarReading, typeFault } from './leaf-conversion.js';
import type { LeafReading } from './leaf-conversion.js';
import { nameFaults } from './type-names.js';
import { describeNamed, listed } from './type-description.js';
import { TypeResolution } from './type-resolution.js';
import type { Finding } from './type-resolution.js';
import { UnreadableValue } from './unreadable-value.js';

/** How primitives, enums and fixed are read, and the answer for types that have nothing in common. */
export class LeafResolution extends TypeResolution {
  readonly #reading: LeafReading;

  constructor(writer: SchemaNode, reader: SchemaNode) {
    super();
    this.#reading = leafReading(writer, reader);
  }

  override link(): void {
    // It has no parts.
  }

  override judgeFit(): boolean {
    return this.#reading.faults.length === 0;
  }

  override judgeSame(): boolean {
    return this.#reading.convert === undefined;
  }

  override findings(path: string): Finding[] {
    return this.#reading.faults.map((fault) => ({ path, fault }));
  }

  override convert(value: unknown): unknown {
    return this.#reading.convert ? this.#reading.convert(value) : value;
  }
}

function leafReading(writer: SchemaNode, reader: SchemaNode): LeafReading {
  if (writer.kind === 'enum' && reader.kind === 'enum') return enumReading(writer, reader);
  if (writer.kind === 'fixed' && reader.kind === 'fixed') return fixedReading(writer, reader);
  if (!isPrimitive(writer) || !isPrimitive(reader)) return { faults: [typeFault(writer, reader)] };
  return scalarReading(writer, reader);
}

function isPrimitive(node: SchemaNode): node is PrimitiveNode {
  return PRIMITIVES.has(node.kind);
}

function enumReading(writer: EnumNode, reader: EnumNode): LeafReading {
  const faults = nameFaults(writer, reader);
  const known = new Set(reader.symbols);
  const unknown = writer.symbols.filter((symbol) => !known.has(symbol));
  if (unknown.length === 0) return { faults };
  const { default: fallback } = reader;
  if (fallback === undefined) {
    const problem = `the ${describeNamed(reader)} no longer has ${listed(unknown.map((symbol) => JSON.stringify(symbol)))}`;
    faults.push({ rule: 'ENUM_SYMBOLS', problem, cure: 'keep the symbols, or give the enum a "default"' });
  }
  const read = new Map(writer.symbols.map((symbol) => [symbol, known.has(symbol) ? symbol : fallback]));
  return {
    faults,
    convert(value) {
      const symbol = typeof value === 'string' ? read.get(value) : undefined;
      if (symbol === undefined) throw UnreadableValue.unexpected(value, writer);
      return symbol;
    },
  };
}

function fixedReading(writer: FixedNode, reader: FixedNode): LeafReading {
  const faults = nameFaults(writer, reader);
  if (writer.size !== reader.size) {
    const problem = `the ${describeNamed(reader)} has ${reader.size} bytes now, not ${writer.size}`;
    const cure = 'keep the size, or add a field of another name with a fixed of another name';
    faults.push({ rule: 'FIXED_SIZE', problem, cure });
  }
  const reading = scalarReading(writer, reader);
  return { ...reading, faults: [...faults, ...reading.faults] };
}
