import type { SchemaDirectory } from '../../schema/index.js';

/** Full names of the records, enums and fixed that files of a directory define, those of the events themselves aside. */
export function definedTypes({ files }: Pick<SchemaDirectory, 'files'>): Set<string> {
  const names = new Set<string>();
  for (const { content, event } of files) {
    const own = new Set<string>();
    collect(content, '', own);
    // The event's own record is what is defined first in its file.
    for (const name of [...own].slice(event ? 1 : 0)) names.add(name);
  }
  return names;
}

function collect(node: unknown, around: string, names: Set<string>): void {
  if (Array.isArray(node)) {
    for (const part of node) collect(part, around, names);
  } else if (typeof node === 'object' && node !== null) {
    const { type, name, namespace: own, items, values, fields } = node as Record<string, unknown>;
    let namespace = around;
    if (typeof name === 'string' && (type === 'record' || type === 'enum' || type === 'fixed')) {
      const dot = name.lastIndexOf('.');
      namespace = dot >= 0 ? name.slice(0, dot) : typeof own === 'string' ? own : around;
      names.add(namespace === '' || dot >= 0 ? name : `${namespace}.${name}`);
    }
    for (const part of [type, items, values]) collect(part, namespace, names);
    for (const field of Array.isArray(fields) ? (fields as unknown[]) : []) {
      if (typeof field === 'object' && field !== null && 'type' in field)
        collect(field.type, namespace, names);
    }
  }
}
