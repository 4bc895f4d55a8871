import { inspect } from 'node:util';
import { Command, CommanderError } from 'commander';
import { CommandFailure } from './command-failure.js';
import { paint } from './command-io.js';
import type { CommandIo } from './command-io.js';
import { packageVersion } from './package-version.js';
import { terminalText } from './terminal-text.js';

/** A command, or a group of them; its action throws CommandFailure to end with another code than 0. */
export type CliCommand = (io: CommandIo) => Command;

/** What a process exits with after an error that nobody foresaw; sysexits.h calls it EX_SOFTWARE. */
const BUG = 70;

const PROGRAM_HELP = `
Examples:
  nestevents schema check                               check the schemas in ./avro
  nestevents schema new todo TodoCreated label:string   write the schema of a new event
  nestevents event show 0198f3a8-1c2d-7e3f-8a4b-5c6d7e8f9a0b
  nestevents stream show account 4711                   show what is stored, as JSON
  nestevents schema check --help                        all that a command can do

Exit codes: 0 done, 1 problems found, 2 a wrong call, ${BUG} a bug in nestevents.`;

const SCHEMA_HELP = `
Examples:
  nestevents schema check services/orders/avro
  nestevents schema check --against origin/main --format json
  nestevents schema new todo TodoCreated label:string 'tags:string[]'
  nestevents schema new --help                          all that a command can do`;

/**
 * Runs the command line.
 *
 * @param args what follows the program's name.
 * @param commands those of `nestevents schema`.
 * @param groups others beside `schema`.
 * @returns the code to exit with: 0 done, 1 problems found, 2 a wrong call, 70 a bug of ours.
 */
export async function runCommandLine(
  args: readonly string[],
  io: CommandIo,
  commands: readonly CliCommand[],
  groups: readonly CliCommand[] = [],
): Promise<number> {
  try {
    const program = programOf(io, commands, groups);
    await program.parseAsync(asCommanderTakesIt(args, program), { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (!(error instanceof CommandFailure)) {
      io.err(
        `${terminalText(inspect(error))}\n\nThis is a bug in nestevents; please report it with what is above.\n`,
      );
      return BUG;
    }
    if (error.message !== '') io.err(`${terminalText(error.message)}\n`);
    return error.exitCode;
  }
}

function programOf(io: CommandIo, commands: readonly CliCommand[], groups: readonly CliCommand[]): Command {
  const program = new Command('nestevents')
    .description('Event sourcing for NestJS: work on what an application declares, without running it.')
    .version(packageVersion(), '-V, --version', 'print the version')
    .addHelpText('after', PROGRAM_HELP);
  const schema = program
    .command('schema')
    .description('Work on the Avro schemas of events; neither database nor application is needed.')
    .addHelpText('after', SCHEMA_HELP);
  for (const command of commands) schema.addCommand(command(io));
  for (const group of groups) program.addCommand(group(io));
  for (const group of [program, ...program.commands]) {
    group.helpCommand('help [command]', 'show the help of a command');
  }
  for (const command of [
    program,
    ...program.commands,
    ...program.commands.flatMap((group) => group.commands),
  ]) {
    command
      .exitOverride()
      .helpOption('-h, --help', 'show this help')
      .showHelpAfterError('Add --help to see what can be given.')
      .configureHelp({ styleTitle: (title) => paint(io, 'bold', title) })
      .configureOutput({
        writeOut: (text) => io.out(text),
        writeErr: (text) => io.err(terminalText(text)),
        getOutHasColors: () => io.colours,
        getErrHasColors: () => false,
      });
  }
  return program;
}

/**
 * Asks for help in the ways that commander knows.
 *
 * It would call it a mistake to give no command, and would show the help of `schema` for `help schema check`.
 */
function asCommanderTakesIt(args: readonly string[], { commands }: Command): string[] {
  const isGroup = commands.some((group) => group.name() === args[0]);
  const isBare = args.length === 0 || (args.length === 1 && isGroup);
  if (isBare) return [...args, '--help'];
  const [first, group, ...names] = args;
  return first === 'help' && group !== undefined && names.length > 0 ? [group, 'help', ...names] : [...args];
}
