import { JournalInspection } from '../../typeorm/index.js';
import { CommandFailure } from '../command-failure.js';

/** Where the journal is. */
export interface JournalPlace {
  readonly url?: string;
  readonly schema?: string;
}

/** Looks into the journal of a database. @throws CommandFailure when it cannot be read */
export async function inspectJournal(
  { url = process.env['DATABASE_URL'], schema }: JournalPlace,
  look: (journal: JournalInspection) => Promise<void>,
): Promise<void> {
  if (!url) {
    throw new CommandFailure(
      'Where is the database? Pass --url postgres://user:password@host/database, or set DATABASE_URL.',
    );
  }
  let journal: JournalInspection | undefined;
  try {
    journal = await JournalInspection.open(url, schema);
    await look(journal);
  } catch (error) {
    if (error instanceof CommandFailure) throw error;
    throw new CommandFailure(`The journal cannot be read: ${reasonOf(error)}. Check --url and --schema.`);
  } finally {
    await journal?.close();
  }
}

/** What went wrong on several addresses of a host has no message of its own. */
function reasonOf(error: unknown): string {
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  return first instanceof Error ? first.message : String(first);
}
