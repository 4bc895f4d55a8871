import { NAME_PATTERN } from '../../domain/index.js';
import { contractsIn, loadEventSchemas } from '../../schema/index.js';
import type { CompatibilityMode, EventContract, SchemaDirectory, SchemaProblem } from '../../schema/index.js';
import type { EarlierDirectory } from './earlier-directory.js';
import { problemsSince } from './earlier-schemas.js';
import { withEvent } from './event-of-file.js';
import { fileNameProblems } from './file-names.js';

/** What is in a schema directory, counted, and what is wrong with it. */
export interface SchemaCheck {
  readonly aggregates: number;
  readonly events: number;
  /** Files of schemas of events. */
  readonly schemas: number;
  /** Sorted by file, then as found. */
  readonly problems: readonly SchemaProblem[];
}

/** How to check. */
export interface CheckRules {
  readonly compatibility: CompatibilityMode;
  /** An earlier state whose versions have to stay as they were. @default none */
  readonly earlier?: EarlierDirectory | undefined;
}

/** Checks everything in a schema directory that can be checked without the application. */
export function checkSchemas(
  directory: SchemaDirectory,
  { compatibility, earlier }: CheckRules,
): SchemaCheck {
  const contracts = usableContracts(directory);
  const { events, problems } = loadEventSchemas(directory, contracts, { compatibility });
  const found = [...problems, ...fileNameProblems(directory)];
  if (contracts.length === 0 && found.length === 0) found.push(noSchemas(directory));
  if (earlier) {
    const before = loadEventSchemas(earlier, usableContracts(earlier), { compatibility: 'none' });
    found.push(
      ...problemsSince(earlier.ref, { ...before, files: earlier.files }, { events, files: directory.files }),
    );
  }
  return {
    aggregates: new Set(contracts.map(({ aggregateType }) => aggregateType)).size,
    events: contracts.length,
    schemas: directory.files.filter(({ folder, event }) => event && isName(folder) && isName(event.eventType))
      .length,
    problems: found.map((problem) => withEvent(problem, directory)).sort(byFile),
  };
}

/** Those that an application could register; what else looks like an event is a problem of its file's name. */
function usableContracts(directory: SchemaDirectory): EventContract[] {
  return contractsIn(directory).filter(
    ({ aggregateType, eventType }) => isName(aggregateType) && isName(eventType),
  );
}

function isName(text: string): boolean {
  return NAME_PATTERN.test(text);
}

function noSchemas({ path }: SchemaDirectory): SchemaProblem {
  const message =
    `${path} holds no schema of an event, that is, no file such as <aggregate>/v1_<event type>.json; ` +
    `pass the directory that does: nestevents schema check <dir>.`;
  return { code: 'SCHEMA_DIRECTORY_EMPTY', message, file: path };
}

function byFile({ file: left = '' }: SchemaProblem, { file: right = '' }: SchemaProblem): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
