import { quote } from '../terminal-text.js';
import { ArgumentFault } from './argument-fault.js';

const MAX_SUFFIXES = 16;
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const SUFFIXES = ['?', '[]', '{}'] as const;

const PRIMITIVES = ['boolean', 'int', 'long', 'float', 'double', 'bytes', 'string', 'null'];

/** The types that logical types stand on, by the name of the logical type. */
const LOGICAL: ReadonlyMap<string, string> = new Map([
  ['timestamp-millis', 'long'],
  ['timestamp-micros', 'long'],
  ['local-timestamp-millis', 'long'],
  ['local-timestamp-micros', 'long'],
  ['date', 'int'],
  ['time-millis', 'int'],
  ['time-micros', 'long'],
  ['uuid', 'string'],
]);

/** A part of an Avro schema as JSON. */
export type AvroJson = string | AvroJson[] | { [attribute: string]: AvroJson | number };

/** What a type may refer to, and what a type that needs a name is called. */
export interface TypeSurroundings {
  /** Full names of the types that files of the directory define. */
  readonly defined: ReadonlySet<string>;
  /** The name for an enum or a fixed in this field. */
  readonly ownName: string;
}

/**
 * Reads a type as it is written on the command line, such as `string`, `decimal(12,2)?`, `enum(A|B)[]` or `shop.Money`.
 *
 * @throws ArgumentFault
 */
export function parseFieldType(text: string, around: TypeSurroundings): AvroJson {
  const suffixes: (typeof SUFFIXES)[number][] = [];
  let base = text;
  for (let found = suffixOf(base); found; found = suffixOf(base)) {
    suffixes.unshift(found);
    base = base.slice(0, -found.length);
    if (suffixes.length > MAX_SUFFIXES) {
      throw new ArgumentFault(`its type is nested deeper than ${MAX_SUFFIXES} levels; flatten it`);
    }
  }
  return suffixes.reduce((inner, suffix) => wrap(inner, suffix), parseBase(base, around));
}

function suffixOf(text: string): (typeof SUFFIXES)[number] | undefined {
  return SUFFIXES.find((suffix) => text.endsWith(suffix));
}

function wrap(inner: AvroJson, suffix: (typeof SUFFIXES)[number]): AvroJson {
  if (suffix === '[]') return { type: 'array', items: inner };
  if (suffix === '{}') return { type: 'map', values: inner };
  if (inner === 'null' || Array.isArray(inner)) {
    throw new ArgumentFault('its type may be null already before the "?"; leave the "?" out');
  }
  return ['null', inner];
}

function parseBase(base: string, { defined, ownName }: TypeSurroundings): AvroJson {
  if (PRIMITIVES.includes(base) || defined.has(base)) return base;
  const plain = LOGICAL.get(base);
  if (plain !== undefined) return { type: plain, logicalType: base };
  if (base === 'duration') return { type: 'fixed', name: ownName, size: 12, logicalType: 'duration' };
  const [, symbols] = /^enum\((.*)\)$/s.exec(base) ?? [];
  if (symbols !== undefined) return { type: 'enum', name: ownName, symbols: parseSymbols(symbols) };
  const [, precision, scale] = /^decimal\(\s*(\d{1,4})\s*(?:,\s*(\d{1,4})\s*)?\)$/.exec(base) ?? [];
  if (precision !== undefined) {
    return { type: 'bytes', logicalType: 'decimal', precision: Number(precision), scale: Number(scale ?? 0) };
  }
  throw new ArgumentFault(`${quote(base)} is no type; ${possibleTypes(defined)}`);
}

function parseSymbols(text: string): string[] {
  const symbols = text.split('|').map((symbol) => symbol.trim());
  const wrong = symbols.find((symbol) => !NAME.test(symbol) || symbol in {});
  if (wrong !== undefined) {
    throw new ArgumentFault(`${quote(wrong)} cannot be a symbol; write names as in enum(OPEN|DONE)`);
  }
  if (new Set(symbols).size < symbols.length) {
    throw new ArgumentFault('a symbol of its enum is there twice; write each once');
  }
  return symbols;
}

function possibleTypes(defined: ReadonlySet<string>): string {
  const names = [...defined].sort();
  const shown = names.slice(0, 20).join(', ') + (names.length > 20 ? ', …' : '');
  const shared = names.length === 0 ? '' : `, or a type of this directory: ${shown}`;
  return (
    `use ${PRIMITIVES.join(', ')}, ${[...LOGICAL.keys()].join(', ')}, duration, decimal(12,2), enum(A|B)${shared}; ` +
    `then "?" for may be null, "[]" for a list, "{}" for a map`
  );
}
