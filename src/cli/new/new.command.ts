import { mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, relative, sep } from 'node:path';
import { Command } from 'commander';
import { readSchemaDirectory } from '../../schema/index.js';
import type { CompatibilityMode, SchemaDirectory, SchemaProblem } from '../../schema/index.js';
import { CommandFailure } from '../command-failure.js';
import { pathOf } from '../command-io.js';
import type { CommandIo } from '../command-io.js';
import { compatibilityOption } from '../compatibility-option.js';
import { terminalText } from '../terminal-text.js';
import { wrongDirectory } from '../wrong-directory.js';
import { draftSchema, problemsOf } from './schema-draft.js';
import type { SchemaDraft, SchemaRequest } from './schema-draft.js';

interface NewOptions {
  readonly directory: string;
  readonly namespace?: string;
  readonly doc?: string;
  readonly compatibility: CompatibilityMode;
  readonly dryRun?: boolean;
}

const HELP = `
The event is named after its class or its type: TodoCreated, Created and todo_created of the aggregate todo are one.
If the event has no schema yet, this is version 1. Else the newest version is copied, and the fields are added to it.

A field is <name>:<type> or <name>:<type>=<default>. Types are
  null boolean int long float double bytes string
  timestamp-millis timestamp-micros local-timestamp-millis local-timestamp-micros
  date time-millis time-micros uuid duration decimal(12,2)
  enum(OPEN|DONE)      one of several symbols
  shop.Money           a type that a file of the directory defines
  <type>?              may be null, which is the default
  <type>[] <type>{}    a list, a map
Quote what the shell would read: 'tags:string[]?'. A field that is added later needs a "?" or a default, so that
earlier events can still be read. With --compatibility, the new version is checked as "schema check" does.

Examples:
  nestevents schema new todo TodoCreated label:string 'due:date?'
  nestevents schema new todo TodoCreated 'priority:enum(LOW|HIGH)=LOW'
  nestevents schema new account Opened 'limit:decimal(12,2)' --namespace shop.account --doc 'An account was opened.'
  nestevents schema new todo TodoCreated --dry-run      print the next version, write nothing`;

/** `nestevents schema new`: writes the first version of an event's schema, or the next one. */
export function newCommand(io: CommandIo): Command {
  return new Command('new')
    .summary("write the first or the next version of an event's schema")
    .description(
      "Write the first version of an event's schema, or the next one; no file is ever overwritten.",
    )
    .argument('<aggregate>', 'the name of the aggregate, such as todo')
    .argument('<event>', 'the class or the type of the event, such as TodoCreated')
    .argument('[fields...]', 'the fields, such as label:string')
    .option('--directory <dir>', 'the directory that holds the schemas', 'avro')
    .option('--namespace <namespace>', 'the namespace of a first version')
    .option('--doc <text>', 'what a first version says of the event')
    .addOption(compatibilityOption())
    .option('--dry-run', 'print the schema, and write nothing')
    .addHelpText('after', HELP)
    .action((aggregate: string, event: string, fields: string[], options: NewOptions) => {
      create(io, { ...options, aggregate, event, fields });
    });
}

function create(io: CommandIo, request: SchemaRequest & NewOptions): void {
  const directory = readTarget(io, request.directory);
  const draft = draftSchema(directory, request);
  assertFits(draft, problemsOf(draft, directory, request.compatibility));
  if (request.dryRun) return io.out(draft.text);
  write(draft, directory);
  io.out(`${draft.path}\n`);
  io.err(nextSteps(draft, request.directory));
}

function assertFits({ path }: SchemaDraft, problems: readonly SchemaProblem[]): void {
  if (problems.length === 0) return;
  const heading = `${path} was not written, as it would be wrong; correct the call:`;
  const list = problems.map(({ code, message }) => `  ${code}: ${message}`);
  const isBreak = problems.some(({ code }) => code === 'SCHEMA_INCOMPATIBLE');
  const way =
    'To have the file written and edit it then, or if the application asks for less, pass --compatibility.';
  throw new CommandFailure([heading, ...list, ...(isBreak ? [way] : [])].join('\n'));
}

/** The directory, empty if it is not there yet. */
function readTarget(io: CommandIo, dir: string): SchemaDirectory {
  const directory = readSchemaDirectory(pathOf(io, dir));
  if (directory.readable) return directory;
  const isMissing = directory.problems.some(({ code }) => code === 'SCHEMA_DIRECTORY_MISSING');
  // Below a file, no directory can be made.
  if (isMissing && reasonOf(() => realpathSync(directory.path)) === 'ENOENT')
    return { ...directory, problems: [], readable: true };
  throw new CommandFailure(wrongDirectory(directory, 'nestevents schema new --directory <dir> …'));
}

function write({ path, text }: SchemaDraft, { path: directory }: SchemaDirectory): void {
  const folder = dirname(path);
  const failed = reasonOf(() => {
    mkdirSync(folder, { recursive: true });
    const way = relative(realpathSync(directory), realpathSync(folder));
    if (way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way)) {
      throw new CommandFailure(`${folder} leads out of the schema directory; put a folder there.`);
    }
    writeFileSync(path, text, { flag: 'wx' });
  });
  if (failed === 'EEXIST') {
    throw new CommandFailure(
      `${path} cannot be written, as something of that name is there; look at it, and call again.`,
    );
  }
  if (failed !== undefined) {
    throw new CommandFailure(
      `${path} cannot be written (${failed}); check that the folder may be written to.`,
    );
  }
}

function nextSteps({ eventType, version }: SchemaDraft, dir: string): string {
  const check = dir === 'avro' ? 'nestevents schema check' : `nestevents schema check ${dir}`;
  const first = `Next: describe event and fields with "doc" in the file, and apply an event ${eventType} with these fields.`;
  const later =
    `Next: edit the file if more has changed, and give the class of ${eventType} the fields of version ${version}. ` +
    `Leave earlier versions as they are.`;
  return `${version === 1 ? first : later}\n"${terminalText(check)}" tells whether all schemas fit.\n`;
}

/** The system's code for what went wrong, `undefined` if nothing did. */
function reasonOf(action: () => unknown): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    if (typeof error === 'object' && error !== null && 'code' in error) return String(error.code);
    throw error;
  }
}
