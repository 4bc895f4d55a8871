import { isAvroFullName, isAvroName, isBuiltInName, PRIMITIVES, qualify } from './avro-names.js';
import { branchesFault, definitionFault, fieldsFault } from './definition-fault.js';
import { joinPath } from './field-path.js';
import { isJsonObject } from './json-object.js';
import type { JsonObject } from './json-object.js';
import { logicalTypeFault } from './logical-types.js';
import { isSameDefinition } from './named-types.js';
import type { NamedDefinition, NamedTypes } from './named-types.js';
import { renderValue } from './render-value.js';
import type { SchemaFile } from './schema-file.js';
import type { SchemaProblem } from './schema-problem.js';

const MAX_DEPTH = 256;

/** Where the walk is: which file, which namespace, which path, and how deep. */
interface Place {
  file: SchemaFile;
  namespace: string;
  path: string;
  depth: number;
}

/** The outcome of closing a schema; `definition` is usable only if there are no problems. */
export interface ClosedSchema {
  definition: unknown;
  problems: SchemaProblem[];
}

/**
 * Makes the schema in a file stand on its own: a type defined elsewhere, or further down, is put in at its
 * first use, and all names get their namespace. What is wrong on the way is collected, with its path.
 */
export function closeSchema(file: SchemaFile, names: NamedTypes): ClosedSchema {
  const closer = new SchemaCloser(names);
  const definition = closer.close(file.content, { file, namespace: '', path: '', depth: 0 });
  return { definition, problems: closer.problems };
}

class SchemaCloser {
  readonly problems: SchemaProblem[] = [];
  readonly #placed = new Map<string, NamedDefinition>();

  constructor(private readonly names: NamedTypes) {}

  close(node: unknown, place: Place): unknown {
    if (place.depth > MAX_DEPTH) {
      return this.#report(
        place,
        'SCHEMA_TOO_DEEP',
        `the types are nested deeper than ${MAX_DEPTH} levels; flatten them`,
      );
    }
    if (typeof node === 'string') return this.#closeName(node, place);
    if (Array.isArray(node)) return this.#closeUnion(node, place);
    if (isJsonObject(node)) return this.#closeObject(node, place);
    return this.#report(place, 'SCHEMA_NOT_AVRO', `${renderValue(node)} is not a type; put a type there`);
  }

  #closeUnion(branches: readonly unknown[], place: Place): unknown {
    if (branches.length === 0 || branches.some((branch) => Array.isArray(branch))) {
      const what = 'a union has at least one branch, and no branch is a union itself; correct it';
      return this.#report(place, 'SCHEMA_NOT_AVRO', what);
    }
    const closed = branches.map((branch) => this.close(branch, deeper(place)));
    const fault = branchesFault(closed);
    if (fault) this.#report(place, 'SCHEMA_NOT_AVRO', fault);
    return closed;
  }

  #closeObject(node: JsonObject, place: Place): unknown {
    const { type } = node;
    const fault = logicalTypeFault(node);
    if (fault) this.#report(place, fault.code, fault.message);
    if (type === 'record' || type === 'enum' || type === 'fixed') return this.#closeDefinition(node, place);
    if (type === 'array') {
      return { ...node, items: this.close(node['items'], deeper(place, `${place.path}[]`)) };
    }
    if (type === 'map') {
      return { ...node, values: this.close(node['values'], deeper(place, `${place.path}{}`)) };
    }
    if (typeof type === 'string' && PRIMITIVES.has(type)) return { ...node };
    return this.close(type, deeper(place));
  }

  #closeDefinition(node: JsonObject, place: Place): unknown {
    const { name } = node;
    if (!isAvroFullName(name)) {
      const what = `${renderValue(name)} is not a name for a ${String(node['type'])}; name it, with letters, digits and _`;
      return this.#report(place, 'SCHEMA_NOT_AVRO', what);
    }
    const { full, namespace, simple } = qualify(name, node['namespace'], place.namespace);
    const placed = this.#place({ name: full, around: place.namespace, node, file: place.file }, place);
    if (placed) return placed;
    const fault = definitionFault(node);
    if (fault) return this.#report(place, 'SCHEMA_NOT_AVRO', `${full}: ${fault}`);
    const closed: JsonObject = { ...node, name: simple, namespace };
    if (node['type'] === 'record') closed['fields'] = this.#closeFields(node, { ...place, namespace });
    return closed;
  }

  /** Answers a reference if the type is in the closed schema already, else notes that it is now. */
  #place(definition: NamedDefinition, place: Place): string | undefined {
    const { name, file } = definition;
    const earlier = this.#placed.get(name);
    if (!earlier) {
      this.#placed.set(name, definition);
      return undefined;
    }
    if (earlier.file === file && earlier.node !== definition.node) {
      this.#report(
        place,
        'SCHEMA_NAME_CONFLICT',
        `${name} is defined twice; define it once and refer to it by name`,
      );
    } else if (!isSameDefinition(earlier, definition)) {
      this.#reportConflict(place, name, [earlier, definition]);
    }
    return reference(name, place.namespace);
  }

  #closeFields(node: JsonObject, place: Place): unknown {
    const fields: unknown[] = Array.isArray(node['fields']) ? node['fields'] : [];
    const fault = fieldsFault(fields);
    if (fault) this.#report(place, 'SCHEMA_NOT_AVRO', fault);
    return fields.filter(isJsonObject).map((field) => {
      const { name } = field;
      if (!isAvroName(name)) return field;
      const path = joinPath(place.path, name);
      if (isBuiltInName(name)) {
        const what = `every JavaScript object has a property "${name}"; rename the field`;
        this.#report({ ...place, path }, 'SCHEMA_RESERVED_FIELD', what);
      }
      const type = this.close(field['type'], deeper(place, path));
      return Object.assign({}, field, { type });
    });
  }

  #closeName(name: string, place: Place): unknown {
    if (PRIMITIVES.has(name)) return name;
    const bare = name.replace(/^\./, '');
    const qualified = bare === name ? qualify(name, undefined, place.namespace).full : bare;
    for (const full of new Set([qualified, bare])) {
      const resolution = this.names.resolve(full, place.file);
      if (resolution && 'conflict' in resolution)
        return this.#reportConflict(place, full, resolution.conflict);
      if (resolution) return this.#closeReference(resolution.found, place);
    }
    const message = `the type ${JSON.stringify(name)} is not defined in any file of the schema directory; define it, or correct the name`;
    return this.#report(place, 'SCHEMA_UNKNOWN_NAME', message);
  }

  #closeReference(found: NamedDefinition, place: Place): unknown {
    const earlier = this.#placed.get(found.name);
    if (earlier && earlier.node === found.node) return reference(found.name, place.namespace);
    const { file, around } = found;
    const path = file === place.file ? place.path : found.name;
    const inner = this.close(found.node, { file, namespace: around, path, depth: place.depth + 1 });
    return typeof inner === 'string' ? reference(found.name, place.namespace) : inner;
  }

  #reportConflict(place: Place, name: string, definitions: readonly NamedDefinition[]): undefined {
    const files = definitions.map(({ file }) => file.path).join(' and ');
    const what = `the type ${name} is defined differently in ${files}; make them equal, or rename all but one`;
    return this.#report(place, 'SCHEMA_NAME_CONFLICT', what);
  }

  #report({ file, path }: Place, code: string, what: string): undefined {
    const at = path === '' ? '' : ` at ${path}`;
    this.problems.push({ code, message: `In ${file.path}${at}, ${what}.`, file: file.path, path });
    return undefined;
  }
}

function deeper(place: Place, path = place.path): Place {
  return { ...place, path, depth: place.depth + 1 };
}

/** A dot in front keeps a name without a namespace from being taken for one of the namespace around it. */
function reference(name: string, around: string): string {
  return name.includes('.') || around === '' ? name : `.${name}`;
}
