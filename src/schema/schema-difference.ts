import { joinPath } from './field-path.js';
import { stableJson } from './json-object.js';
import { printable } from './render-value.js';
import type { EnumNode, FieldNode, FixedNode, RecordNode, SchemaNode, UnionNode } from './schema-tree.js';

const LONGEST = 200;

/** One thing that two schemas say differently. */
export interface SchemaDifference {
  /** The field, with `[]` for the items of an array and `{}` for the values of a map; `''` is the schema itself. */
  readonly path: string;
  /** What the earlier schema has there, shortened, e.g. `int`, `symbols A, B` or `field missing`. */
  readonly was: string;
  /** What the later schema has there. */
  readonly is: string;
}

/**
 * Finds what two schemas say differently about how values are written and read, in the order of their fields.
 *
 * There is none exactly when their fingerprints are equal. A type that is used several times is compared where it is
 * used first.
 */
export function schemaDifferences(earlier: SchemaNode, later: SchemaNode): SchemaDifference[] {
  const comparison = new Comparison();
  comparison.compare(earlier, later, '');
  return comparison.differences;
}

class Comparison {
  readonly differences: SchemaDifference[] = [];
  readonly #compared = new Map<SchemaNode, Set<SchemaNode>>();

  compare(earlier: SchemaNode, later: SchemaNode, path: string): void {
    if (earlier.kind === 'array' && later.kind === 'array') {
      this.compare(earlier.items, later.items, `${path}[]`);
    } else if (earlier.kind === 'map' && later.kind === 'map') {
      this.compare(earlier.values, later.values, `${path}{}`);
    } else if (earlier.kind === 'union' && later.kind === 'union') {
      this.#compareUnions(earlier, later, path);
    } else if ('name' in earlier && 'name' in later && earlier.kind === later.kind) {
      this.#compareNamed(earlier, later, path);
    } else {
      this.#note(path, render(earlier), render(later));
    }
  }

  #compareUnions(earlier: UnionNode, later: UnionNode, path: string): void {
    const [was, is] = [render(earlier), render(later)];
    if (was !== is) return this.#note(path, was, is);
    for (const [index, branch] of earlier.branches.entries()) {
      this.compare(branch, later.branches[index] ?? branch, path);
    }
  }

  #compareNamed(
    earlier: RecordNode | EnumNode | FixedNode,
    later: RecordNode | EnumNode | FixedNode,
    path: string,
  ): void {
    const compared = this.#compared.get(earlier) ?? new Set();
    if (compared.has(later)) return;
    this.#compared.set(earlier, compared.add(later));
    this.#note(path, render(earlier), render(later));
    this.#note(path, list('aliases', sorted(earlier.aliases)), list('aliases', sorted(later.aliases)));
    if (earlier.kind === 'record' && later.kind === 'record') {
      this.#compareFields(earlier.fields, later.fields, path);
    } else if (earlier.kind === 'enum' && later.kind === 'enum') {
      this.#note(path, list('symbols', earlier.symbols), list('symbols', later.symbols));
      this.#note(path, defaultOf(earlier.default), defaultOf(later.default));
    } else if (earlier.kind === 'fixed' && later.kind === 'fixed') {
      this.#note(path, `size ${earlier.size}`, `size ${later.size}`);
    }
  }

  #compareFields(earlier: readonly FieldNode[], later: readonly FieldNode[], path: string): void {
    const after = new Map(later.map((field) => [field.name, field]));
    const before = new Set(earlier.map(({ name }) => name));
    for (const field of earlier) {
      const same = after.get(field.name);
      const place = joinPath(path, field.name);
      if (same) this.#compareField(field, same, place);
      else this.#note(place, render(field.type), 'field missing');
    }
    for (const { name, type } of later) {
      if (!before.has(name)) this.#note(joinPath(path, name), 'field missing', render(type));
    }
    const kept = (fields: readonly FieldNode[]): string[] =>
      fields.map(({ name }) => name).filter((name) => before.has(name) && after.has(name));
    this.#note(path, list('fields', kept(earlier)), list('fields', kept(later)));
  }

  #compareField(earlier: FieldNode, later: FieldNode, path: string): void {
    this.compare(earlier.type, later.type, path);
    this.#note(path, list('aliases', sorted(earlier.aliases)), list('aliases', sorted(later.aliases)));
    this.#note(path, defaultOf(earlier.default?.json), defaultOf(later.default?.json));
  }

  #note(path: string, was: string, is: string): void {
    if (was !== is) this.differences.push({ path, was: shorten(was), is: shorten(is) });
  }
}

function render(node: SchemaNode): string {
  switch (node.kind) {
    case 'array':
      return `array of ${render(node.items)}`;
    case 'map':
      return `map of ${render(node.values)}`;
    case 'union':
      return JSON.stringify(node.branches.map(render));
    case 'record':
    case 'enum':
      return `${node.kind} ${node.name}`;
    case 'fixed':
      return `fixed ${node.name}${logical(node)}`;
    default:
      return `${node.kind}${logical(node)}`;
  }
}

function logical({ logical: type }: Pick<FixedNode, 'logical'>): string {
  if (!type) return '';
  const digits = type.precision === undefined ? '' : `(${type.precision},${type.scale ?? 0})`;
  return ` (${type.name}${digits})`;
}

function list(what: string, names: readonly string[]): string {
  return names.length === 0 ? `no ${what}` : `${what} ${names.join(', ')}`;
}

function sorted(names: readonly string[]): string[] {
  return [...names].sort();
}

function defaultOf(json: unknown): string {
  return json === undefined ? 'no default' : `default ${stableJson(json)}`;
}

function shorten(text: string): string {
  const shown = printable(text);
  return shown.length <= LONGEST ? shown : `${shown.slice(0, LONGEST - 1)}…`;
}
