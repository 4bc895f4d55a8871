import { join } from 'node:path';

import { closeSchema } from './closed-schema.js';
import { compileSchema, NotAvro } from './compiled-schema.js';
import type { AvroType } from './avsc.js';
import { RESERVED_FIELDS } from './envelope-fields.js';
import type { EventContract } from './event-contract.js';
import type { EventFiles } from './event-files.js';
import { EventSchema } from './event-schema.js';
import { isJsonObject } from './json-object.js';
import { joinPath } from './field-path.js';
import type { NamedTypes } from './named-types.js';
import type { SchemaFile } from './schema-file.js';
import type { SchemaProblem } from './schema-problem.js';

/** Loads every version of one event's schema and collects what is wrong with them. */
export class EventSchemaLoader {
  readonly problems: SchemaProblem[] = [];

  constructor(
    private readonly options: { directory: string; allowUndeclaredFields: boolean },
    private readonly files: EventFiles,
    private readonly names: NamedTypes,
  ) {}

  /** Answers the versions that could be loaded, ascending, even if there are problems. */
  load(contract: EventContract): Map<number, EventSchema> {
    const found = this.files.byVersion(contract.aggregateType, contract.eventType);
    this.#checkVersions(contract, found);
    const schemas = new Map<number, EventSchema>();
    for (const [version, [file]] of found) {
      const schema = file.content === undefined ? undefined : this.#loadFile(contract, version, file);
      if (schema) schemas.set(version, schema);
    }
    return schemas;
  }

  #checkVersions(contract: EventContract, found: ReadonlyMap<number, readonly SchemaFile[]>): void {
    const { aggregateType, eventType, eventClass } = contract;
    const file = (version: number) =>
      join(this.options.directory, aggregateType, `v${version}_${eventType}.json`);
    if (found.size === 0) {
      const message = `The event ${eventClass} has no schema; create ${file(1)}.`;
      this.#report(contract, { code: 'SCHEMA_MISSING', message, file: file(1), version: 1 });
    }
    let next = 1;
    for (const [version, [first, ...others]] of found) {
      if (first && version > next) {
        const range = version === next + 1 ? `version ${next}` : `versions ${next} to ${version - 1}`;
        const message = `${first.path} is there, but ${range} of ${eventType} is missing; create ${file(next)}, or number the files from 1 without a gap.`;
        this.#report(contract, { code: 'SCHEMA_VERSION_GAP', message, file: first.path, version });
      } else if (first && version < 1) {
        const message = `${first.path} has version ${version}, but versions begin with 1; rename or remove it.`;
        this.#report(contract, { code: 'SCHEMA_VERSION_GAP', message, file: first.path, version });
      }
      next = Math.max(next, version + 1);
      if (first && others.length > 0) {
        const paths = [first, ...others].map(({ path }) => path).join(' and ');
        const message = `${paths} are files for the same version; keep one of them.`;
        this.#report(contract, { code: 'SCHEMA_DUPLICATE_VERSION', message, file: first.path, version });
      }
    }
  }

  #loadFile(contract: EventContract, version: number, file: SchemaFile): EventSchema | undefined {
    const report = (problem: SchemaProblem): undefined =>
      this.#report(contract, { version, file: file.path, ...problem });
    const { content } = file;
    if (!isJsonObject(content) || content['type'] !== 'record') {
      const message = `${file.path} must describe a record; write { "type": "record", "name": ..., "fields": [...] }.`;
      return report({ code: 'SCHEMA_NOT_A_RECORD', message });
    }
    const { definition, problems } = closeSchema(file, this.names);
    for (const problem of [...problems, ...reservedFields(definition, file)]) report(problem);
    if (problems.length > 0) return undefined;
    const { aggregateType, eventType } = contract;
    try {
      const type: AvroType = compileSchema(definition);
      const facts = { aggregateType, eventType, version, file: file.path, definition };
      return new EventSchema(facts, type, this.options.allowUndeclaredFields);
    } catch (error) {
      const faults = error instanceof NotAvro ? error.faults : [{ what: String(error) }];
      for (const { what, path } of faults) report(invalid(file, what, path));
      return undefined;
    }
  }

  #report({ aggregateType, eventType }: EventContract, problem: SchemaProblem): undefined {
    this.problems.push({ aggregate: aggregateType, event: eventType, ...problem });
    return undefined;
  }
}

function invalid({ path: file }: SchemaFile, what: string, path: string | undefined): SchemaProblem {
  const at = path === undefined ? '' : ` at ${path}`;
  const code = path === undefined ? 'SCHEMA_NOT_AVRO' : 'SCHEMA_BAD_DEFAULT';
  return { code, path, message: `${file}${at} is not valid Avro: ${what.slice(0, 300)}; correct it.` };
}

function reservedFields(definition: unknown, { path: file }: SchemaFile): SchemaProblem[] {
  const fields: unknown = isJsonObject(definition) ? definition['fields'] : undefined;
  const names = Array.isArray(fields)
    ? fields.map((field) => (isJsonObject(field) ? field['name'] : undefined))
    : [];
  return names
    .filter((name): name is string => typeof name === 'string' && RESERVED_FIELDS.has(name))
    .map((name) => ({
      code: 'SCHEMA_RESERVED_FIELD',
      message: `In ${file}, the field "${name}" has the name of an envelope property; rename the field.`,
      file,
      path: joinPath('', name),
    }));
}
