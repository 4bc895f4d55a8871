import * as fc from 'fast-check';

import { UnionForm } from '../../../../src/schema/resolution/union-form.js';
import type { RecordNode, SchemaNode } from '../../../../src/schema/schema-tree.js';

/** Draws values; what `fc.gen()` gives. */
export type Draw = fc.GeneratorValue;

const DAY = 86_400_000;

const PRIMITIVES = ['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string'];

const LOGICAL = [
  { type: 'int', logicalType: 'date' },
  { type: 'long', logicalType: 'timestamp-millis' },
  { type: 'long', logicalType: 'time-micros' },
  { type: 'bytes', logicalType: 'decimal', precision: 5, scale: 2 },
  { type: 'string', logicalType: 'uuid' },
];

/** Types of which a union can have one each, so that avsc and we choose the same branch for every value. */
const APART = [
  ['null'],
  ['boolean'],
  ['int', 'long', 'float', 'double'],
  ['string', 'bytes', 'enum', 'fixed'],
  ['array'],
  ['record', 'map'],
];

/** Makes schemas of types with the names T1, T2, ..., so that those of two schemas are often the same. */
export class RandomSchema {
  #names = 0;

  /** @param avsc whether to keep to what avsc has and does as we do: no logical types, no ambiguous unions */
  constructor(
    private readonly draw: Draw,
    private readonly avsc: boolean,
  ) {}

  /** A record, for the payload. */
  record(depth = 3): Record<string, unknown> {
    return this.#of('record', depth) as Record<string, unknown>;
  }

  /** Any type. */
  type(depth: number, around?: string): unknown {
    const kinds = [...PRIMITIVES, 'enum', 'fixed'];
    if (!this.avsc) kinds.push('logical', 'logical');
    if (depth > 0) kinds.push('array', 'map', 'record', 'record', 'union', 'union');
    if (around !== undefined) kinds.push('reference');
    return this.#of(this.#one(kinds), depth - 1, around);
  }

  #of(kind: string, depth: number, around?: string): unknown {
    switch (kind) {
      case 'array':
        return { type: kind, items: this.type(depth, around) };
      case 'map':
        return { type: kind, values: this.type(depth, around) };
      case 'enum':
        return { type: kind, name: this.#name(), symbols: this.#some(['a', 'b', 'c']) };
      case 'fixed':
        return { type: kind, name: this.#name(), size: this.#one([1, 2, 16]) };
      case 'logical':
        return this.#one(LOGICAL);
      case 'reference':
        return ['null', around];
      case 'union':
        return this.#union(depth);
      case 'record': {
        const name = this.#name();
        const fields = this.#some(['f', 'g', 'h']).map((field) => ({
          name: field,
          type: this.type(depth, name),
        }));
        return { type: kind, name, fields };
      }
      default:
        return kind;
    }
  }

  #union(depth: number): unknown[] {
    if (this.avsc) return this.#some(APART).map((kinds) => this.#of(this.#one(kinds), Math.min(depth, 1)));
    const kinds = this.#some([...PRIMITIVES, 'record', 'enum', 'fixed', 'array', 'map']);
    return kinds.map((kind) => this.#of(kind, Math.min(depth, 1)));
  }

  #name(): string {
    return `T${(this.#names += 1)}`;
  }

  #one<T>(values: readonly T[]): T {
    return oneOf(this.draw, values);
  }

  #some<T>(values: readonly T[]): T[] {
    return this.draw(fc.shuffledSubarray<T>, [...values], { minLength: 1 });
  }
}

/** One of some values. */
export function oneOf<T>(draw: Draw, values: readonly T[]): T {
  return values[draw(fc.nat, { max: values.length - 1 })]!;
}

/** A value of a type; fields with a default are left out at times unless `whole` is set. */
export function randomValue(draw: Draw, node: SchemaNode, whole: boolean, depth = 0): unknown {
  const inner = (type: SchemaNode) => randomValue(draw, type, whole, depth + 1);
  const count = depth > 5 ? 0 : draw(fc.nat, { max: 2 });
  switch (node.kind) {
    case 'array':
      return Array.from({ length: count }, () => inner(node.items));
    case 'map':
      return Object.fromEntries(['', 'constructor'].slice(0, count).map((key) => [key, inner(node.values)]));
    case 'record':
      return randomRecord(draw, node, whole, inner);
    case 'union': {
      const nothing = node.branches.findIndex(({ kind }) => kind === 'null');
      const index = depth > 5 && nothing >= 0 ? nothing : draw(fc.nat, { max: node.branches.length - 1 });
      return new UnionForm(node).close(index, inner(node.branches[index]!));
    }
    case 'enum':
      return oneOf(draw, node.symbols);
    case 'fixed':
      return Buffer.alloc(node.size, draw(fc.nat, { max: 255 }));
    default:
      return node.logical ? logicalValue(draw, node.logical.name) : primitiveValue(draw, node.kind);
  }
}

function randomRecord(
  draw: Draw,
  node: RecordNode,
  whole: boolean,
  inner: (type: SchemaNode) => unknown,
): unknown {
  const given = node.fields.filter((field) => whole || !field.default || draw(fc.boolean));
  return Object.fromEntries(given.map(({ name, type }) => [name, inner(type)]));
}

function primitiveValue(draw: Draw, kind: string): unknown {
  switch (kind) {
    case 'null':
      return null;
    case 'boolean':
      return draw(fc.boolean);
    case 'int':
      return draw(fc.integer);
    case 'long':
      // avsc is not exact beyond.
      return draw(fc.integer, { min: -(2 ** 51), max: 2 ** 51 });
    case 'float':
      return draw(fc.float, { noNaN: true, noDefaultInfinity: true }) + 0;
    case 'double':
      return draw(fc.double, { noNaN: true, noDefaultInfinity: true }) + 0;
    case 'bytes':
      return Buffer.from(draw(fc.uint8Array, { maxLength: 4 }));
    default:
      return draw(fc.string, { unit: 'grapheme', maxLength: 4 });
  }
}

function logicalValue(draw: Draw, name: string): unknown {
  switch (name) {
    case 'date':
      return new Date(DAY * draw(fc.integer, { min: -100_000, max: 100_000 }));
    case 'timestamp-millis':
      return draw(fc.date, { noInvalidDate: true });
    case 'time-micros':
      return draw(fc.nat);
    case 'decimal':
      return (draw(fc.integer, { min: -99_999, max: 99_999 }) / 100).toFixed(2);
    default:
      return draw(fc.uuid);
  }
}
