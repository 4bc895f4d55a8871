import { USAGE, UsageError } from './command-line.js';

/** Something outside the program keeps it from starting; the message says what, and what to do. */
export class StartUpError extends Error {}

/** Says in one message why the sample did not start. @returns the exit code */
export function reportFailure(error: unknown): number {
  if (error instanceof UsageError) {
    process.stderr.write(`${error.message}\n\n${USAGE}`);
    return 2;
  }
  process.stderr.write(`The sample cannot start: ${describeFailure(error)}\n`);
  if (process.env['DEBUG']) process.stderr.write(`${error instanceof Error ? error.stack : ''}\n`);
  return 1;
}

/** The message of whatever was thrown. A failed connection to a name with several addresses has none of its own. */
export function describeFailure(error: unknown): string {
  if (error instanceof AggregateError && !error.message) return error.errors.map(describeFailure).join('; ');
  return error instanceof Error && error.message ? error.message : String(error);
}
