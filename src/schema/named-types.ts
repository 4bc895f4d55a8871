import { isAvroFullName, qualify } from './avro-names.js';
import { isJsonObject, stableJson } from './json-object.js';
import type { JsonObject } from './json-object.js';
import type { SchemaFile } from './schema-file.js';

/** A record, enum or fixed with a name, as some file defines it. */
export interface NamedDefinition {
  /** The full name. */
  name: string;
  /** The namespace around the definition; its own is part of `node`. */
  around: string;
  node: JsonObject;
  file: SchemaFile;
}

/** What a name means in a file: one definition, or several that differ, or none. */
export type Resolution = { found: NamedDefinition } | { conflict: NamedDefinition[] } | undefined;

/** Every named type of a schema directory, and which of them a name means. */
export class NamedTypes {
  readonly #byName = new Map<string, NamedDefinition[]>();

  constructor(files: readonly SchemaFile[]) {
    for (const file of files) this.#collect(file.content, '', file);
  }

  /**
   * Finds what a full name means in a file: the file's own definition, else one in a shared file of its
   * folder, else one of any other file.
   *
   * Definitions that are equal do not conflict, nor do those of several versions of one event: the newest counts.
   */
  resolve(name: string, from: SchemaFile): Resolution {
    const all = this.#byName.get(name) ?? [];
    const own = all.find(({ file }) => file === from);
    if (own) return { found: own };
    const near = all.filter(({ file }) => !file.event && file.folder === from.folder);
    const [found, ...others] = near.length > 0 ? near : newestOfEachEvent(all);
    if (!found) return undefined;
    const differing = others.filter((other) => !isSameDefinition(found, other));
    return differing.length === 0 ? { found } : { conflict: [found, ...differing] };
  }

  #collect(node: unknown, around: string, file: SchemaFile): void {
    if (Array.isArray(node)) {
      for (const branch of node) this.#collect(branch, around, file);
    } else if (isJsonObject(node)) {
      const inside = this.#define(node, around, file);
      for (const part of [node['type'], node['items'], node['values']]) this.#collect(part, inside, file);
      const fields: unknown[] = Array.isArray(node['fields']) ? node['fields'] : [];
      for (const field of fields) if (isJsonObject(field)) this.#collect(field['type'], inside, file);
    }
  }

  #define(node: JsonObject, around: string, file: SchemaFile): string {
    const { type, name } = node;
    if (type !== 'record' && type !== 'enum' && type !== 'fixed') return around;
    if (!isAvroFullName(name)) return around;
    const { full, namespace } = qualify(name, node['namespace'], around);
    const definitions = this.#byName.get(full) ?? [];
    definitions.push({ name: full, around, node, file });
    this.#byName.set(full, definitions);
    return namespace;
  }
}

/** Whether two definitions of one name say the same, whatever the order of their attributes. */
export function isSameDefinition(left: NamedDefinition, right: NamedDefinition): boolean {
  return left.node === right.node || normalForm(left) === normalForm(right);
}

function normalForm({ name, around, node }: NamedDefinition): string {
  const { namespace } = qualify(String(node['name']), node['namespace'], around);
  return stableJson({ ...node, name, namespace });
}

function newestOfEachEvent(definitions: readonly NamedDefinition[]): NamedDefinition[] {
  return definitions.filter(
    ({ file }) =>
      !definitions.some(
        (other) =>
          file.event !== undefined &&
          other.file.event?.eventType === file.event.eventType &&
          other.file.folder === file.folder &&
          other.file.event.version > file.event.version,
      ),
  );
}
