import type { EventContract } from './event-contract.js';
import { EventFiles } from './event-files.js';
import { EventSchemaLoader } from './event-schema-loader.js';
import { EventSchemas } from './event-schemas.js';
import { compatibilityProblems } from './evolution/compatibility-gate.js';
import type { CompatibilityMode } from './evolution/compatibility-mode.js';
import { declaredUpcasts, uselessSteps } from './evolution/declared-upcasts.js';
import { deadEnds } from './evolution/event-evolution.js';
import { NamedTypes } from './named-types.js';
import { recordNameProblems } from './record-names.js';
import type { SchemaDirectory } from './schema-directory.js';
import { withoutRepeats } from './schema-problem.js';
import type { SchemaProblem } from './schema-problem.js';

/** The schemas of some events, and everything wrong with their files, in no order. */
export interface LoadedSchemas {
  events: readonly EventSchemas[];
  problems: SchemaProblem[];
}

/** How strictly schemas are loaded. */
export interface LoadOptions {
  /** @default false */
  allowUndeclaredFields?: boolean;
  /** @default 'backward-transitive' */
  compatibility?: CompatibilityMode;
}

/**
 * Checks and compiles every version of these events' schemas.
 *
 * Never throws for what is in the files: what is wrong is answered, and what could be loaded is there.
 */
export function loadEventSchemas(
  directory: SchemaDirectory,
  contracts: readonly EventContract[],
  { allowUndeclaredFields = false, compatibility = 'backward-transitive' }: LoadOptions = {},
): LoadedSchemas {
  const names = new NamedTypes(directory.files);
  const files = new EventFiles(directory.files);
  const loader = new EventSchemaLoader({ directory: directory.path, allowUndeclaredFields }, files, names);
  const events = contracts.map((contract) => new EventSchemas(contract, loader.load(contract)));
  const ofEvents = events.flatMap((schemas) => problemsBetween(schemas, compatibility));
  const problems = [...directory.problems, ...loader.problems, ...ofEvents, ...uselessSteps(events)];
  return { events, problems: withoutRepeats(problems) };
}

/** What is wrong with the versions of an event as they stand beside each other. */
function problemsBetween(schemas: EventSchemas, compatibility: CompatibilityMode): SchemaProblem[] {
  const upcasts = declaredUpcasts(schemas);
  const gate = compatibilityProblems(schemas, compatibility, upcasts.from);
  const problems = [...recordNameProblems(schemas), ...upcasts.problems, ...gate];
  // Without the program there are no steps to go by, only their announcements.
  const complete = schemas.contract.upcasts !== undefined || upcasts.from.size === 0;
  return problems.length === 0 && complete ? deadEnds(schemas) : problems;
}

/** A contract for each event that has a file in the directory, sorted by aggregate and event. */
export function contractsIn({ files }: SchemaDirectory): EventContract[] {
  const contracts = new Map<string, EventContract>();
  for (const { folder, event } of files) {
    if (!event || folder === '') continue;
    const { eventType } = event;
    contracts.set(`${folder}/${eventType}`, { aggregateType: folder, eventType, eventClass: eventType });
  }
  return [...contracts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, contract]) => contract);
}
