import { isJsonObject } from '../json-object.js';
import { isInt64 } from '../int64.js';
import type { FieldNode, RecordNode, SchemaNode } from '../schema-tree.js';
import { setOwn } from '../own-property.js';
import { conversionOfType } from './type-values.js';
import { UnionForm } from './union-form.js';

/** Makes a value anew at each call, so that nobody changes that of another. */
export type ValueMaker = () => unknown;

/**
 * Finds what makes the value of a field's default; `undefined` if it has none, or none of its type.
 *
 * The default of a union belongs to the first branch that it fits.
 */
export function defaultOf(field: FieldNode): ValueMaker | undefined {
  return new DefaultReader().read(field);
}

class DefaultReader {
  /** The fields whose defaults are being read: one that contains itself has no end. */
  readonly #open = new Set<FieldNode>();

  read(field: FieldNode): ValueMaker | undefined {
    if (!field.default || this.#open.has(field)) return undefined;
    this.#open.add(field);
    const maker = this.#maker(field.type, field.default.json);
    this.#open.delete(field);
    return maker;
  }

  #maker(type: SchemaNode, json: unknown): ValueMaker | undefined {
    switch (type.kind) {
      case 'array':
        return Array.isArray(json)
          ? this.#list(json.map((item) => this.#maker(type.items, item)))
          : undefined;
      case 'map':
        if (!isJsonObject(json)) return undefined;
        return this.#object(Object.keys(json).map((key) => [key, this.#maker(type.values, json[key])]));
      case 'record':
        return isJsonObject(json) ? this.#record(type, json) : undefined;
      case 'union': {
        const makers = type.branches.map((branch) => this.#maker(branch, json));
        const index = makers.findIndex((maker) => maker !== undefined);
        const [form, maker] = [new UnionForm(type), makers[index]];
        return maker && (() => form.close(index, maker()));
      }
      default:
        return this.#leaf(type, json);
    }
  }

  #record(type: RecordNode, json: Record<string, unknown>): ValueMaker | undefined {
    return this.#object(
      type.fields.map((field) => {
        const given = Object.hasOwn(json, field.name);
        return [field.name, given ? this.#maker(field.type, json[field.name]) : this.read(field)];
      }),
    );
  }

  #list(makers: readonly (ValueMaker | undefined)[]): ValueMaker | undefined {
    if (!makers.every((maker) => maker !== undefined)) return undefined;
    return () => makers.map((make) => make());
  }

  #object(entries: readonly (readonly [string, ValueMaker | undefined])[]): ValueMaker | undefined {
    const values = this.#list(entries.map(([, maker]) => maker)) as (() => unknown[]) | undefined;
    return (
      values &&
      (() => {
        const object: Record<string, unknown> = {};
        values().forEach((value, index) => setOwn(object, entries[index]![0], value));
        return object;
      })
    );
  }

  #leaf(type: SchemaNode, json: unknown): ValueMaker | undefined {
    if (!isOfType(type, json)) return undefined;
    const raw =
      type.kind === 'bytes' || type.kind === 'fixed' ? () => Buffer.from(String(json), 'latin1') : () => json;
    const conversion = conversionOfType(type);
    if (!conversion) return raw;
    const make = () => conversion.decode(raw());
    try {
      return conversion.encode(make()) === undefined ? undefined : make;
    } catch {
      return undefined;
    }
  }
}

/** Whether JSON is how the default of a type without parts is spelt. */
function isOfType(type: SchemaNode, json: unknown): boolean {
  switch (type.kind) {
    case 'null':
      return json === null;
    case 'int':
      return Number.isInteger(json) && Number(json) === (Number(json) | 0);
    case 'long':
      return isInt64(json);
    case 'float':
      return typeof json === 'number' && Number.isFinite(Math.fround(json));
    case 'double':
      return typeof json === 'number' && Number.isFinite(json);
    case 'enum':
      return typeof json === 'string' && type.symbols.includes(json);
    case 'bytes':
      return isLatin1(json);
    case 'fixed':
      return isLatin1(json) && json.length === type.size;
    default:
      return typeof json === type.kind;
  }
}

/** Avro spells bytes as text with a character up to U+00FF for each. */
function isLatin1(json: unknown): json is string {
  return typeof json === 'string' && Buffer.from(json, 'latin1').toString('latin1') === json;
}
