import * as fc from 'fast-check';

import { oneOf } from './random-schema.js';
import type { Draw } from './random-schema.js';

type Json = Record<string, unknown>;

const PROMOTIONS: Readonly<Record<string, readonly string[]>> = {
  int: ['long', 'float', 'double'],
  long: ['float', 'double'],
  float: ['double'],
  string: ['bytes'],
  bytes: ['string'],
};

/** What can be added, with a default of the type, which is that of the first branch of a union. */
const ADDED: readonly [type: unknown, value: unknown][] = [
  ['int', -1],
  ['bytes', '\u00ff'],
  [['null', 'string'], null],
  [{ type: 'array', items: 'string' }, ['x']],
  [{ type: 'map', values: 'long' }, { x: 5 }],
];

/** Makes the next version of a schema by steps that the specification allows. */
export class RandomEvolution {
  readonly #renamed = new Map<string, string>();

  /** @param step tells what is added from what was added before */
  constructor(
    private readonly draw: Draw,
    private readonly step: number,
  ) {}

  evolve(schema: unknown, inUnion = false): unknown {
    if (Array.isArray(schema)) return this.#union(schema);
    if (typeof schema === 'string') return this.#name(schema, inUnion);
    const type = schema as Json;
    if (!inUnion && this.#dice(6)) return ['null', this.evolve(type, true)];
    switch (type['type']) {
      case 'array':
        return { ...type, items: this.evolve(type['items']) };
      case 'map':
        return { ...type, values: this.evolve(type['values']) };
      case 'record':
        return this.#record(this.#rename(type));
      case 'enum':
        return this.#enum(this.#rename(type));
      case 'fixed':
        return this.#rename(type);
      default:
        return type;
    }
  }

  #name(name: string, inUnion: boolean): unknown {
    const promoted = PROMOTIONS[name];
    if (inUnion || !this.#dice(3)) return this.#renamed.get(name) ?? name;
    if (!promoted) return name === 'null' ? ['null', 'int'] : ['null', name];
    return oneOf(this.draw, promoted);
  }

  #union(branches: readonly unknown[]): unknown {
    const evolved = branches.map((branch) => this.evolve(branch, true));
    if (!branches.includes('boolean') && this.#dice(2)) evolved.push('boolean');
    return this.draw(fc.shuffledSubarray<unknown>, evolved, { minLength: evolved.length });
  }

  #record(type: Json): Json {
    const fields = (type['fields'] as Json[]).filter(() => !this.#dice(5)).map((field) => this.#field(field));
    if (this.#dice(2)) {
      const [added, value] = oneOf(this.draw, ADDED);
      fields.push({ name: `added${this.step}`, type: added, default: value });
    }
    return { ...type, fields: this.draw(fc.shuffledSubarray<Json>, fields, { minLength: fields.length }) };
  }

  #field(field: Json): Json {
    const { name, default: _, ...rest } = field;
    const evolved = { ...rest, type: this.evolve(field['type']) };
    return this.#dice(4) ? { ...evolved, name: `${String(name)}_`, aliases: [name] } : { ...evolved, name };
  }

  #enum(type: Json): Json {
    const symbols = type['symbols'] as string[];
    if (this.#dice(2)) return { ...type, symbols: [`z${this.step}`, ...symbols] };
    const left = this.draw(fc.shuffledSubarray<string>, symbols, { minLength: 1 });
    return { ...type, symbols: left, default: left[0] };
  }

  #rename(type: Json): Json {
    if (!this.#dice(4)) return type;
    const [from, to] = [String(type['name']), `${String(type['name'])}_`];
    this.#renamed.set(from, to);
    return { ...type, name: to, aliases: [from] };
  }

  /** Whether this one time in some is now. */
  #dice(sides: number): boolean {
    return this.draw(fc.nat, { max: sides - 1 }) === 0;
  }
}
