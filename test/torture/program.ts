import { Command, InvalidArgumentError, Option } from 'commander';
import { randomInt } from 'node:crypto';
import { SAFETIES } from './safeties.js';
import { Torture, type TorturePlan } from './torture.js';
import { createTortureDatabase } from './torture-database.js';

interface Options extends TorturePlan {
  readonly keep: boolean;
}

/** A PostgreSQL for the time of the program, where DATABASE_URL names none. */
export interface TestServer {
  /** @returns its URL */
  start(): Promise<string>;
  stop(): Promise<void>;
}

/**
 * Tortures the library and says what came of it: exit code 0 when all promises were kept, 1 when not, 130 after Ctrl-C.
 */
export async function runProgram(argv: readonly string[], server: TestServer): Promise<void> {
  const options = commandLine().parse(argv).opts<Options>();
  const interrupted = new AbortController();
  const interrupt = (): void => interrupted.abort();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    process.exitCode = (await torture(options, server, interrupted.signal)) ? 0 : 1;
  } catch (error) {
    if (interrupted.signal.aborted) print('It was interrupted.');
    else print(error instanceof Error ? (error.stack ?? error.message) : String(error));
    process.exitCode = interrupted.signal.aborted ? 130 : 1;
  } finally {
    await server.stop();
  }
  // What hangs must not keep the program.
  process.exit();
}

async function torture(
  { keep, ...plan }: Options,
  server: TestServer,
  signal: AbortSignal,
): Promise<boolean> {
  print(
    `Torture of ${plan.minutes} minutes, seed ${plan.seed}` +
      (plan.without ? `, without ${plan.without}` : ''),
  );
  process.env.NESTEVENTS_TEST_URL = process.env.DATABASE_URL || (await server.start());
  const database = await createTortureDatabase();
  try {
    const run = new Torture(plan, database);
    await run.run(signal);
    print(run.figures.toString());
    print(run.figures.wrongs.length === 0 ? 'All promises were kept.' : 'Promises were broken.');
    return run.figures.wrongs.length === 0;
  } finally {
    if (keep) print(`The database is kept: ${database.url}`);
    else await database.drop();
  }
}

function commandLine(): Command {
  return new Command('torture')
    .description(
      'Appends, transfers and rolls back under faults, then compares every read model with the journal.',
    )
    .option('--minutes <number>', 'how long the faults go on', positive, 1)
    .option('--seed <number>', 'decides the random choices', whole, randomInt(2 ** 32))
    .option('--writers <number>', 'processes that append', several, 2)
    .option('--instances <number>', 'processes that run durable handlers', several, 3)
    .addOption(
      new Option('--without <safety>', 'switches a safety off: the torture has to fail').choices(SAFETIES),
    )
    .option('--keep', 'keeps the database on a server of DATABASE_URL', false)
    .option('--verbose', 'prints what the library logs', false);
}

function positive(text: string): number {
  const value = Number(text);
  if (value > 0 && value <= 24 * 60) return value;
  throw new InvalidArgumentError('Use a number above 0, of at most 1440.');
}

function whole(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new InvalidArgumentError('Use a whole number from 0.');
}

function several(text: string): number {
  const value = whole(text);
  if (value >= 1 && value <= 20) return value;
  throw new InvalidArgumentError('Use a whole number from 1 to 20.');
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
