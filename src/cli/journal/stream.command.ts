import { Command } from 'commander';
import type { WrittenSchema } from '../../store/index.js';
import type { JournalInspection } from '../../typeorm/index.js';
import { CommandFailure } from '../command-failure.js';
import type { CommandIo } from '../command-io.js';
import { quote, terminalText } from '../terminal-text.js';
import { inspectJournal, type JournalPlace } from './journal-access.js';
import { shownEvent } from './shown-event.js';

const HELP = `
Prints a JSON object on a line for each event, by version: the payload under "data", the same whether it is stored as
JSON or in Avro.

Examples:
  nestevents stream show account 4711
  nestevents stream show account 4711 --url postgres://me@localhost/shop | jq .data

Exit codes: 0 done, 1 no such stream or not all readable, 2 a wrong call or no journal.`;

/** `nestevents stream`: what can be done with the events of one aggregate. */
export function streamCommand(io: CommandIo): Command {
  const show = new Command('show')
    .summary('show the events of an aggregate as JSON')
    .description('Show the events of an aggregate as JSON, whatever their payloads are stored in.')
    .argument('<aggregate>', 'the name of the aggregate in the journal, such as account')
    .argument('<id>', 'its id')
    .option('--url <url>', 'the database (default: the environment variable DATABASE_URL)')
    .option('--schema <name>', 'the PostgreSQL schema of the tables (default: by the search path)')
    .addHelpText('after', HELP)
    .action((aggregate: string, id: string, place: JournalPlace) => showStream(io, aggregate, id, place));
  return new Command('stream').description('Look at streams of events; it only reads.').addCommand(show);
}

async function showStream(io: CommandIo, aggregate: string, id: string, place: JournalPlace): Promise<void> {
  await inspectJournal(place, async (journal) => {
    const schemas = new Map<string, readonly WrittenSchema[]>();
    let [events, unreadable] = [0, 0];
    for await (const page of journal.stream(aggregate, id)) {
      await findSchemas(journal, new Set(page.map(({ eventType }) => eventType)), schemas);
      for (const record of page) {
        const shown = shownEvent(record, schemas.get(record.eventType) ?? []);
        io.out(`${terminalText(JSON.stringify(shown))}\n`);
        events += 1;
        if (shown.problem !== undefined) unreadable += 1;
      }
    }
    if (events === 0) throw new CommandFailure(`There is no ${aggregate} ${quote(id)} in the journal.`, 1);
    if (unreadable > 0) {
      throw new CommandFailure(`${unreadable} of ${events} events cannot be read; see "problem" above.`, 1);
    }
  });
}

/** Adds what is kept of types of events that were not met before. */
async function findSchemas(
  journal: JournalInspection,
  types: ReadonlySet<string>,
  schemas: Map<string, readonly WrittenSchema[]>,
): Promise<void> {
  const unknown = [...types].filter((type) => !schemas.has(type));
  if (unknown.length === 0) return;
  const found = await journal.archive.find(unknown);
  for (const type of unknown)
    schemas.set(
      type,
      found.filter(({ eventType }) => eventType === type),
    );
}
