import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule, type AppOptions } from '../app.module.js';
import { ImportInterruptedError } from '../files/import/import.errors.js';
import { ImportedHistory } from '../files/imported-history.js';
import { setUpDocs } from '../http/docs.js';
import { readStartOptions, USAGE } from './command-line.js';
import { openDatabase } from './database.js';
import { importAtStart, openRepository } from './import-at-start.js';
import { JournalSummary } from './journal-summary.js';
import { endWithNpm } from './parent-watch.js';
import { assertPortIsFree } from './port.js';
import { StartUpLogger } from './start-up-logger.js';
import { suggestRequests } from './suggestions.js';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Runs the sample: database, import, server. @throws whatever keeps it from starting */
export async function start(args: readonly string[]): Promise<void> {
  const options = readStartOptions(args, process.env);
  if (options.help) return print(USAGE);
  for (const signal of SIGNALS) process.once(signal, leave);
  endWithNpm();
  await assertPortIsFree(options.port);
  const repository = await openRepository(options.git);
  const app = await createApp({ ...options, databaseUrl: await openDatabase(options.databaseUrl) });
  try {
    // Not only when it listens: the read models follow the import.
    await app.init();
    if (repository) await importAtStart(app, repository, options.git !== undefined);
    print(await app.get(JournalSummary).table());
    await app.listen(options.port);
    const url = `http://localhost:${new URL(await app.getUrl()).port || 80}`;
    print(
      [
        '',
        'Try:',
        ...(await suggestRequests(url, repository, app.get(ImportedHistory))).map(
          (request) => `  ${request}`,
        ),
        '',
      ].join('\n'),
    );
    print(`listening on ${url} (docs at /docs)`);
  } catch (error) {
    // The shutdown that interrupted the import ends the process.
    if (error instanceof ImportInterruptedError) return print(error.message);
    await app.close();
    throw error;
  }
}

async function createApp(options: AppOptions): Promise<NestExpressApplication> {
  const logger = new StartUpLogger();
  const app = await NestFactory.create<NestExpressApplication>(AppModule.forRoot(options), {
    logger,
    abortOnError: false,
  });
  // From here on a signal lets requests, handlers and the import finish. The exit then stops the embedded PostgreSQL.
  app.enableShutdownHooks([...SIGNALS], { useProcessExit: true });
  for (const signal of SIGNALS) process.off(signal, leave);
  setUpDocs(app);
  return app;
}

function leave(): void {
  process.exit(0);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
