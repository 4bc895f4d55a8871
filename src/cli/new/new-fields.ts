import { ENVELOPE_PROPERTIES } from '../../domain/index.js';
import { quote } from '../terminal-text.js';
import { ArgumentFault } from './argument-fault.js';
import { parseFieldDefault } from './field-default.js';
import { parseFieldType } from './field-type.js';
import type { AvroJson } from './field-type.js';
import { typeName } from './new-event.js';

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const ENVELOPE: ReadonlySet<string> = new Set(ENVELOPE_PROPERTIES);

/** A field of a record as JSON. */
export interface NewField {
  readonly name: string;
  readonly type: AvroJson;
  readonly default?: unknown;
}

/** The record that fields are written for. */
export interface FieldSurroundings {
  /** The record's name without namespace; names of enums begin with it. */
  readonly recordName: string;
  /** Fields that an earlier version has. @default none, and then a field needs no default */
  readonly earlierFields?: ReadonlySet<string> | undefined;
  /** Full names of the types that files of the directory define. */
  readonly defined: ReadonlySet<string>;
}

/** Reads fields as they are written on the command line: `name:type`, or `name:type=default`. */
export function parseFields(
  texts: readonly string[],
  around: FieldSurroundings,
): { fields: NewField[]; faults: string[] } {
  const fields: NewField[] = [];
  const faults: string[] = [];
  const names = new Set<string>();
  for (const text of texts) {
    const [, name = text, rest] = /^([^:]*):(.*)$/s.exec(text) ?? [];
    const report = (what: string): void => void faults.push(`The field ${quote(name)}: ${what}.`);
    const fault = nameFault(name, names, around);
    if (fault !== undefined) report(fault);
    names.add(name);
    try {
      // A wrong name is enough to say; whether the field needs a default shows once it is right.
      const earlierFields = fault === undefined ? around.earlierFields : undefined;
      fields.push(parseField(name, rest, { ...around, earlierFields }));
    } catch (error) {
      if (!(error instanceof ArgumentFault)) throw error;
      report(error.message);
    }
  }
  return { fields, faults };
}

function nameFault(
  name: string,
  given: ReadonlySet<string>,
  { earlierFields }: FieldSurroundings,
): string | undefined {
  if (!NAME.test(name))
    return 'it needs a name of letters, digits and "_", not beginning with a digit; rename it';
  if (given.has(name)) return 'it is given twice; leave one out';
  if (earlierFields?.has(name))
    return 'the last version has it already; leave it out, or choose another name';
  if (ENVELOPE.has(name)) return 'every event has it in its envelope, and so not in its payload; rename it';
  if (name in {}) return 'every JavaScript object has a property of this name; rename it';
  return undefined;
}

function parseField(name: string, rest: string | undefined, around: FieldSurroundings): NewField {
  if (rest === undefined)
    throw new ArgumentFault(`it has no type; write <name>:<type>, such as label:string`);
  const equals = rest.indexOf('=');
  const text = equals < 0 ? rest : rest.slice(0, equals);
  const ownName = typeName(around.recordName) + typeName(name);
  const type = parseFieldType(text, { defined: around.defined, ownName });
  if (equals >= 0) return withDefault(name, type, parseFieldDefault(rest.slice(equals + 1), type));
  if (Array.isArray(type)) return { name, type, default: null };
  if (!around.earlierFields) return { name, type };
  throw new ArgumentFault(
    `earlier versions do not have it, so it needs a default to be read with; ` +
      `write ${quote(`${name}:${text}?`)} for null, or ${quote(`${name}:${text}=<default>`)}`,
  );
}

/** The default of a union belongs to its first branch. */
function withDefault(name: string, type: AvroJson, preset: unknown): NewField {
  const turned = Array.isArray(type) && preset !== null ? [...type].reverse() : type;
  return { name, type: turned, default: preset };
}
