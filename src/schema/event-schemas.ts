import type { CompatibilityMode } from './compatibility-mode.js';
import type { EventContract } from './event-contract.js';
import { EventFiles } from './event-files.js';
import type { EventSchema } from './event-schema.js';
import { EventSchemaLoader } from './event-schema-loader.js';
import { NamedTypes } from './named-types.js';
import type { SchemaDirectory } from './schema-directory.js';
import { withoutRepeats } from './schema-problem.js';
import type { SchemaProblem } from './schema-problem.js';

/** All versions of one event's schema that could be loaded. */
export class EventSchemas {
  /** The schema new events are written with: the highest version that has all versions before it. */
  readonly newest: EventSchema | undefined;

  /** @param versions ascending, those beyond a gap included. */
  constructor(
    readonly contract: EventContract,
    readonly versions: ReadonlyMap<number, EventSchema>,
  ) {
    let version = 0;
    while (versions.has(version + 1)) version += 1;
    this.newest = versions.get(version);
  }

  /** The versions without a gap before them, ascending: 1 to the newest. */
  get unbroken(): EventSchema[] {
    return [...this.versions.values()].filter(({ version }) => version <= (this.newest?.version ?? 0));
  }
}

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
  { allowUndeclaredFields = false }: LoadOptions = {},
): LoadedSchemas {
  const names = new NamedTypes(directory.files);
  const files = new EventFiles(directory.files);
  const loader = new EventSchemaLoader({ directory: directory.path, allowUndeclaredFields }, files, names);
  const events = contracts.map((contract) => new EventSchemas(contract, loader.load(contract)));
  return { events, problems: withoutRepeats([...directory.problems, ...loader.problems]) };
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
