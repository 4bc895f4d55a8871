import { Command, CommanderError } from 'commander';
import { CommandFailure } from './command-failure.js';
import type { CommandIo } from './command-io.js';

/** A command that is added to `nestevents schema`; its action throws CommandFailure to end with another code than 0. */
export type SchemaCommand = (io: CommandIo) => Command;

/**
 * Runs the command line.
 *
 * @param args what follows the program's name.
 * @returns the code to exit with: 0 done, 1 problems found, 2 a wrong call.
 */
export async function runCommandLine(
  args: readonly string[],
  io: CommandIo,
  commands: readonly SchemaCommand[],
): Promise<number> {
  const program = new Command('nestevents').description('Event sourcing for NestJS.');
  const schema = program.command('schema').description('Work on the Avro schemas of events.');
  for (const command of commands) schema.addCommand(command(io));
  for (const command of [program, schema, ...schema.commands]) {
    command
      .exitOverride()
      .configureOutput({ writeOut: io.out, writeErr: io.err, getOutHasColors: () => io.colours });
  }
  try {
    await program.parseAsync([...args], { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (!(error instanceof CommandFailure)) throw error;
    if (error.message !== '') io.err(`${error.message}\n`);
    return error.exitCode;
  }
}
