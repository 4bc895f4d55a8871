import { checkCommand } from '../../../src/cli/check/check.command.js';
import { runCommandLine } from '../../../src/cli/command-line.js';
import type { CliCommand } from '../../../src/cli/command-line.js';
import { newCommand } from '../../../src/cli/new/new.command.js';

/** How the command line ended, and what it printed. */
export interface CommandRun {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Where and with what the command line is run. */
export interface RunOptions {
  readonly cwd?: string;
  readonly colours?: boolean;
  readonly commands?: readonly CliCommand[];
  readonly groups?: readonly CliCommand[];
}

/** Runs the command line in this process. */
export async function run(
  args: readonly string[],
  { cwd = process.cwd(), colours = false, commands = [checkCommand, newCommand], groups }: RunOptions = {},
): Promise<CommandRun> {
  let [out, err] = ['', ''];
  const io = {
    workingDirectory: cwd,
    colours,
    out: (text: string) => void (out += text),
    err: (text: string) => void (err += text),
  };
  const code = await runCommandLine(args, io, commands, groups);
  return { code, out, err };
}
