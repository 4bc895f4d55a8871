import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Command } from 'commander';
import { CommandFailure } from '../command-failure.js';
import { pathOf } from '../command-io.js';
import type { CommandIo } from '../command-io.js';
import { loadedEvents } from '../loaded-events.js';
import { quote, terminalText } from '../terminal-text.js';
import { differenceOf } from './text-difference.js';
import { writeTypes } from './type-writer.js';

interface TypesOptions {
  readonly out?: string;
  readonly check?: true;
}

const USAGE = 'nestevents schema types <dir>';

const HELP = `
An event class can be declared from its interface:
  class TodoCreated extends DomainEvent.of<TodoCreatedData>() {}

The file is laid out as Prettier does it with single quotes, trailing commas and lines of 110 columns. Where a project
is formatted in another way, list the file in .prettierignore, as --check compares the text.

Examples:
  nestevents schema types --out src/event-types.ts           from the schemas in ./avro
  nestevents schema types services/orders/avro               print them
  nestevents schema types --out src/event-types.ts --check   for pull requests

Exit codes: 0 done, 1 problems found or out of date, 2 a wrong call.`;

/** `nestevents schema types`: a TypeScript interface for the newest version of each event. */
export function typesCommand(io: CommandIo): Command {
  return new Command('types')
    .summary('write TypeScript types of the events')
    .description('Write a TypeScript interface for the newest version of each event, and the types they use.')
    .argument('[dir]', 'the directory that holds the schemas', 'avro')
    .option('-o, --out <file>', 'the file to write; without it the types are printed')
    .option('--check', 'write nothing, and fail if the file is out of date')
    .addHelpText('after', HELP)
    .action((dir: string, options: TypesOptions) => {
      assertUsable(options);
      const text = writeTypes(loadedEvents(io, dir, USAGE));
      if (options.out === undefined) io.out(text);
      else if (options.check) check(pathOf(io, options.out), text, commandFor(dir, options.out));
      else write(io, pathOf(io, options.out), text);
    });
}

function assertUsable({ out, check }: TypesOptions): void {
  if (check && out === undefined) {
    throw new CommandFailure('--check needs the file to check; add --out <file>.');
  }
  // A slip would otherwise cost a schema.
  if (out !== undefined && !/\.[cm]?ts$/.test(out)) {
    throw new CommandFailure(`${out} is no TypeScript file; pass one that ends in .ts with --out.`);
  }
}

function write(io: CommandIo, file: string, text: string): void {
  // Whoever watches the file need not start over for nothing.
  const isCurrent = contentOf(file) === text;
  try {
    mkdirSync(dirname(file), { recursive: true });
    if (!isCurrent) writeFileSync(file, text);
  } catch (error) {
    throw unusable(file, 'written', error);
  }
  io.err(terminalText(isCurrent ? `${file} is up to date.\n` : `Wrote ${file}.\n`));
}

/** What to type to have the file written. */
function commandFor(dir: string, out: string): string {
  const shown = (path: string): string => (/^[\w./-]+$/.test(path) ? path : quote(path));
  return `npx nestevents schema types ${shown(dir)} --out ${shown(out)}`;
}

function check(file: string, text: string, command: string): void {
  const content = contentOf(file);
  if (content === undefined) throw new CommandFailure(`${file} does not exist; run: ${command}`, 1);
  const difference = differenceOf(content, text);
  if (difference === undefined) return;
  const { line, found, expected } = difference;
  const lines = `  found:    ${found ?? '(nothing)'}\n  expected: ${expected ?? '(nothing)'}`;
  throw new CommandFailure(
    `${file} is out of date; the first difference is in line ${line}:\n${lines}\nRun: ${command}`,
    1,
  );
}

/** The text of a file; `undefined` if there is none. */
function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw unusable(file, 'read', error);
  }
}

function unusable(file: string, what: string, error: unknown): CommandFailure {
  const reason = (error as NodeJS.ErrnoException).code ?? String(error);
  return new CommandFailure(`${file} cannot be ${what} (${reason}); pass another file with --out.`);
}
