import { AggregateDefinitionError } from './aggregate.errors.js';

/** When snapshots of an aggregate are taken, and which of them count. */
export interface AggregateSnapshotOptions {
  /** After how many events since the last one. @default what the module's option `snapshots` says */
  every?: number;
  /**
   * Counts up what the code makes of the same events: snapshots of another version are not used.
   *
   * @default 1
   */
  version?: number;
}

/** Checks the option `snapshot` of `@Aggregate`. @throws AggregateDefinitionError */
export function checkedSnapshotOptions(
  aggregateClass: string,
  options: unknown,
): AggregateSnapshotOptions | false | undefined {
  if (options === undefined || options === false) return options;
  const refuse = (problem: string, cure: string): never => {
    throw new AggregateDefinitionError(aggregateClass, undefined, problem, cure);
  };
  if (typeof options !== 'object' || options === null) {
    return refuse(
      `has the option snapshot: ${JSON.stringify(options)} in @Aggregate`,
      'Use an object such as { every: 100 }, or false.',
    );
  }
  for (const [name, value] of Object.entries(options)) {
    if (name !== 'every' && name !== 'version') {
      refuse(`has the unknown option snapshot.${name} in @Aggregate`, 'Known are every and version.');
    }
    if (value !== undefined && !isCount(value)) {
      refuse(`has the option snapshot.${name}: ${String(value)} in @Aggregate`, 'Use a whole number from 1.');
    }
  }
  return options;
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 1 && (value as number) < 2 ** 31;
}
