import type { NamedNode, SchemaNode } from '../schema-tree.js';
import type { Fault } from './incompatibility.js';
import { describeNamed } from './type-description.js';

/** Whether the reader's type has the writer's name: the same one, whatever the namespaces, or as an alias. */
export function isNamesake(writer: NamedNode, reader: NamedNode): boolean {
  return writer.simpleName === reader.simpleName || reader.aliases.includes(writer.name);
}

/** Whether two types are one in two versions: of the same kind, and with a name that matches if they have one. */
export function isCounterpart(writer: SchemaNode, reader: SchemaNode): boolean {
  if (writer.kind !== reader.kind) return false;
  return !('name' in writer && 'name' in reader) || isNamesake(writer, reader);
}

/** Whether two types are of the same kind and have the same full name if they have one. */
export function isSameType(writer: SchemaNode, reader: SchemaNode): boolean {
  return (
    isCounterpart(writer, reader) && (!('name' in writer && 'name' in reader) || writer.name === reader.name)
  );
}

/** What is wrong with the names of two types of one kind; nothing if they match. */
export function nameFaults(writer: NamedNode & { kind: string }, reader: NamedNode): Fault[] {
  if (isNamesake(writer, reader)) return [];
  const problem = `the ${describeNamed(writer)} is called ${JSON.stringify(reader.name)} now`;
  const cure = `keep the name, or put ${JSON.stringify(writer.name)} into its "aliases"`;
  return [{ rule: 'NAME', problem, cure }];
}
