import { relative, sep } from 'node:path';
import { NAME_PATTERN } from '../../domain/index.js';
import { schemaDirectoryOf } from '../../schema/index.js';
import type { SchemaDirectory, SchemaProblem } from '../../schema/index.js';

/** A problem with the aggregate, the event and the version that its file's place and name say, where it has none. */
export function withEvent(problem: SchemaProblem, { path }: SchemaDirectory): SchemaProblem {
  if (problem.file === undefined || problem.event !== undefined) return problem;
  const below = relative(path, problem.file).split(sep).join('/');
  const [file] = schemaDirectoryOf(path, new Map([[below, new Uint8Array()]])).files;
  if (!file?.event || !NAME_PATTERN.test(file.event.eventType)) return problem;
  const { eventType: event, version } = file.event;
  const aggregate = NAME_PATTERN.test(file.folder) ? { aggregate: file.folder } : {};
  return { ...problem, ...aggregate, event, version };
}
