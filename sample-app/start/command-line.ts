import path from 'node:path';
import { parseArgs } from 'node:util';
import { isAmount } from '../accounts/money.js';

export const USAGE = `Usage: npm start -- [options]

Imports the history of a git repository as events, then serves it, beside to-dos and bank accounts, over HTTP.

  --git <path>  the repository to import; by default the one this sample lives in
  --help        show this

Environment:
  PORT          the port to listen on; by default 3000
  DATABASE_URL  a PostgreSQL to use, such as postgres://user:password@localhost:5432/name;
                by default one is started here, with its data in .data/postgres
  LARGE_WITHDRAWAL
                the amount from which on a withdrawal is told of in the log; by default 10000
`;

/** The sample was called in a way it does not know. */
export class UsageError extends Error {}

/** What the command line and the environment say. */
export interface StartOptions {
  readonly help: boolean;
  /** An absolute path; undefined: the repository the sample lives in. */
  readonly git: string | undefined;
  readonly port: number;
  /** Undefined: an embedded one. */
  readonly databaseUrl: string | undefined;
  /** Decimal text; undefined: the default of the sample. */
  readonly largeWithdrawal: string | undefined;
}

/** @throws UsageError */
export function readStartOptions(args: readonly string[], environment: NodeJS.ProcessEnv): StartOptions {
  const { git, help = false } = parse(args);
  if (git === '') throw new UsageError('--git needs the path of a repository');
  return {
    help,
    git: git === undefined ? undefined : path.resolve(typedIn(environment), git),
    port: readPort(environment['PORT']),
    databaseUrl: environment['DATABASE_URL'] || undefined,
    largeWithdrawal: readAmount(environment['LARGE_WITHDRAWAL']),
  };
}

/** The folder in which the command was typed; npm runs scripts in the project's, wherever it is called. */
function typedIn(environment: NodeJS.ProcessEnv): string {
  const byNpm = environment['npm_lifecycle_event'] !== undefined;
  return (byNpm && environment['INIT_CWD']) || process.cwd();
}

function parse(args: readonly string[]): { git?: string; help?: boolean } {
  try {
    const options = { git: { type: 'string' }, help: { type: 'boolean', short: 'h' } } as const;
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function readPort(text: string | undefined): number {
  if (!text) return 3000;
  const port = Number(text);
  if (/^\d+$/.test(text) && port < 65_536) return port;
  throw new UsageError(`PORT is ${JSON.stringify(text)}: it has to be a number from 0 to 65535`);
}

function readAmount(text: string | undefined): string | undefined {
  if (!text || isAmount(text)) return text || undefined;
  throw new UsageError(
    `LARGE_WITHDRAWAL is ${JSON.stringify(text)}: it has to be an amount above zero, such as 10000 or 99.50`,
  );
}
