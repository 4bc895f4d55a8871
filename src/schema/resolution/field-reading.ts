import { joinPath } from '../field-path.js';
import type { FieldNode, RecordNode } from '../schema-tree.js';
import { defaultOf } from './default-value.js';
import type { ValueMaker } from './default-value.js';
import type { Fault } from './incompatibility.js';
import { describeType } from './type-description.js';
import { read } from './type-resolution.js';
import type { Between, Finding, TypeResolution } from './type-resolution.js';

/** How a reader's field gets its value. */
export interface FieldReading {
  readonly field: FieldNode;
  /** The writer's field it is read from; `undefined` if there is none. */
  readonly source?: { readonly name: string; readonly part: TypeResolution };
  /** What stands for a value that is missing. */
  readonly fallback?: ValueMaker | undefined;
  /** Set if a missing value stays missing. */
  readonly optional?: boolean;
  /** Why the field cannot be read, unless that is due to its type. */
  readonly fault?: Fault | undefined;
}

/** Finds how each field of a reader's record is read: from the field of its name, else of its first alias, else its default. */
export function fieldReadings(writer: RecordNode, reader: RecordNode, between: Between): FieldReading[] {
  const written = new Map(writer.fields.map((field) => [field.name, field]));
  return reader.fields.map((field) => {
    const name = [field.name, ...field.aliases].find((candidate) => written.has(candidate));
    const source = name === undefined ? undefined : written.get(name);
    if (!source) return { field, ...ownDefault(field, isNew(field)) };
    const part = between(source.type, field.type);
    const make = defaultOf(source);
    const fallback = make && (() => read(part, make(), 0));
    return { field, source: { name: source.name, part }, fallback };
  });
}

/** How the same field is read where some names come from elsewhere than the payload. */
export function withProvided(reading: FieldReading, provided: ReadonlySet<string>): FieldReading {
  const { field, source } = reading;
  if (provided.has(field.name)) return { ...reading, fallback: undefined, optional: true, fault: undefined };
  if (!source || !provided.has(source.name)) return reading;
  const problem = `the field ${quote(field)} is read from ${JSON.stringify(source.name)}, which payloads need not have, and has no default`;
  return { ...reading, ...ownDefault(field, problem) };
}

/** What may not fit about a field of the record at this path. */
export function fieldFindings({ field, source, fault }: FieldReading, path: string): Finding[] {
  const inner = joinPath(path, field.name);
  const findings: Finding[] = fault ? [{ path: inner, fault }] : [];
  if (source) findings.push({ path: inner, part: source.part });
  return findings;
}

function ownDefault(field: FieldNode, problem: string): Pick<FieldReading, 'fallback' | 'fault'> {
  const fallback = defaultOf(field);
  if (fallback) return { fallback };
  if (!field.default) {
    const cure = 'give it a default, or put its earlier name into its "aliases"';
    return { fault: { rule: 'FIELD_WITHOUT_DEFAULT', problem, cure } };
  }
  const wrong = `the default of the field ${quote(field)} is no ${describeType(field.type)}`;
  return { fault: { rule: 'BAD_DEFAULT', problem: wrong, cure: 'correct the default' } };
}

function isNew(field: FieldNode): string {
  return `the field ${quote(field)} is new and has no default`;
}

function quote({ name }: FieldNode): string {
  return JSON.stringify(name);
}
