import { Command } from 'commander';
import { CommandFailure } from '../command-failure.js';
import type { CommandIo } from '../command-io.js';
import { quote, terminalText } from '../terminal-text.js';
import { inspectJournal, type JournalPlace } from './journal-access.js';
import { shownEvent } from './shown-event.js';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const HELP = `
Prints a JSON object: the payload under "data", the same whether it is stored as JSON or in Avro.

Examples:
  nestevents event show 0198f3a8-1c2d-7e3f-8a4b-5c6d7e8f9a0b
  nestevents event show 0198f3a8-1c2d-7e3f-8a4b-5c6d7e8f9a0b --url postgres://me@localhost/shop

Exit codes: 0 done, 1 no such event or not readable, 2 a wrong call or no journal.`;

/** `nestevents event`: what can be done with single events. */
export function eventCommand(io: CommandIo): Command {
  const show = new Command('show')
    .summary('show a stored event as JSON')
    .description('Show an event of the journal as JSON, whatever its payload is stored in.')
    .argument('<event id>', 'the id of the event, a UUID')
    .option('--url <url>', 'the database (default: the environment variable DATABASE_URL)')
    .option('--schema <name>', 'the PostgreSQL schema of the tables (default: by the search path)')
    .addHelpText('after', HELP)
    .action((id: string, place: JournalPlace) => showEvent(io, id, place));
  return new Command('event').description('Look at stored events; it only reads.').addCommand(show);
}

async function showEvent(io: CommandIo, id: string, place: JournalPlace): Promise<void> {
  if (!UUID.test(id)) throw new CommandFailure(`${quote(id)} is no id of an event; pass a UUID.`);
  await inspectJournal(place, async (journal) => {
    const record = await journal.event(id);
    if (!record) throw new CommandFailure(`There is no event ${id} in the journal.`, 1);
    const shown = shownEvent(record, await journal.archive.find([record.eventType]));
    io.out(`${terminalText(JSON.stringify(shown, undefined, 2))}\n`);
    if (shown.problem !== undefined) {
      throw new CommandFailure(`The payload of the event cannot be read: ${shown.problem}.`, 1);
    }
  });
}
