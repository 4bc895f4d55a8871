import { isAvroFullName, isAvroName, isBuiltInName, qualify } from './avro-names.js';
import { isJsonObject } from './json-object.js';
import type { JsonObject } from './json-object.js';
import { renderValue } from './render-value.js';

/** Says what is wrong with a named type apart from its fields; `undefined` if nothing is. */
export function definitionFault(node: JsonObject): string | undefined {
  const { name, namespace, aliases, type, size, fields } = node;
  if (isBuiltInName(String(name)))
    return 'every JavaScript object has a property of this name; rename the type';
  if (namespace !== undefined && namespace !== '' && !isAvroFullName(namespace)) {
    return `${renderValue(namespace)} is not a namespace; write names with dots between them`;
  }
  if (aliases !== undefined && !areNames(aliases)) return 'aliases must be an array of names; correct them';
  if (type === 'enum') return symbolsFault(node);
  if (type === 'fixed' && !(Number.isInteger(size) && Number(size) >= 0)) {
    return `size must be a number of bytes, not ${renderValue(size)}; correct it`;
  }
  if (type === 'record' && !Array.isArray(fields)) {
    return `fields must be an array, not ${renderValue(fields)}; write "fields": [] if there are none`;
  }
  return undefined;
}

function areNames(aliases: unknown): boolean {
  return Array.isArray(aliases) && aliases.every((alias) => isAvroFullName(alias));
}

function symbolsFault({ symbols, default: preset }: JsonObject): string | undefined {
  if (!Array.isArray(symbols) || symbols.length === 0) return 'symbols must be an array of names; list them';
  const wrong: unknown = symbols.find((symbol) => !isAvroName(symbol) || isBuiltInName(symbol));
  if (wrong !== undefined) return `${renderValue(wrong)} cannot be a symbol; rename it`;
  if (new Set(symbols).size < symbols.length) return 'a symbol is listed twice; remove one';
  if (preset === undefined || symbols.includes(preset)) return undefined;
  return `the default ${renderValue(preset)} is none of the symbols; list it, or correct it`;
}

/**
 * Says which branches of a union cannot be told apart; `undefined` if all can.
 *
 * @param branches closed, so that their names are full. Those that are `undefined` are wrong in themselves.
 */
export function branchesFault(branches: readonly unknown[]): string | undefined {
  const seen = new Set<string>();
  for (const branch of branches) {
    const name = branchName(branch);
    if (name === undefined) continue;
    if (seen.has(name)) return `two branches of the union are ${name}, which cannot be told apart; keep one`;
    seen.add(name);
  }
  return undefined;
}

/** What Avro tells branches apart by: the name of a named type, else the type; logical types do not count. */
function branchName(branch: unknown): string | undefined {
  if (typeof branch === 'string') return branch.replace(/^\./, '');
  if (!isJsonObject(branch)) return undefined;
  const { type, name, namespace } = branch;
  if (typeof name === 'string') return qualify(name, namespace, '').full;
  return typeof type === 'string' ? type : undefined;
}

/** Says what is wrong with the list of a record's fields, leaving their types aside; `undefined` if nothing is. */
export function fieldsFault(fields: readonly unknown[]): string | undefined {
  const names = new Set<string>();
  for (const field of fields) {
    if (!isJsonObject(field))
      return `${renderValue(field)} is not a field; write an object with name and type`;
    const { name, aliases } = field;
    if (!isAvroName(name)) return `${renderValue(name)} is not a field name; use letters, digits and _`;
    if (names.has(name)) return `the field ${name} is declared twice; remove or rename one`;
    if (aliases !== undefined && !(Array.isArray(aliases) && aliases.every(isAvroName))) {
      return `the aliases of ${name} must be an array of names; correct them`;
    }
    names.add(name);
  }
  return undefined;
}
