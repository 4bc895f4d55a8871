import { isAbsolute, relative, resolve } from 'node:path';
import { styleText } from 'node:util';
import { CommandFailure } from './command-failure.js';

/** What a command knows of the world: where it was called, where it prints, and whether colours are seen there. */
export interface CommandIo {
  /** Relative paths start here. */
  readonly workingDirectory: string;
  /** Prints to standard output: the result, and nothing else. */
  out(text: string): void;
  /** Prints to standard error: what is said about the run. */
  err(text: string): void;
  /** Whether standard output shows colours. */
  readonly colours: boolean;
}

/** A colour or emphasis of the terminal. */
export type Style = Parameters<typeof styleText>[0];

/** The text in a style, where colours are seen. */
export function paint(io: Pick<CommandIo, 'colours'>, style: Style, text: string): string {
  // Node would look at the process's own output, which need not be where `io` prints.
  return io.colours ? styleText(style, text, { validateStream: false }) : text;
}

/** A path of the user as messages show it and as the process finds it: relative stays relative. */
export function pathOf(io: CommandIo, path: string): string {
  if (isAbsolute(path)) return path;
  const absolute = resolve(io.workingDirectory, path);
  return relative(process.cwd(), absolute) || '.';
}

/** The io of the process itself; colours only on a terminal, and not where NO_COLOR is set. */
export function processIo(): CommandIo {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', onOutputError);
  return {
    get workingDirectory() {
      return currentDirectory();
    },
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    colours: process.stdout.isTTY && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb',
  };
}

/** Asked for only when it is needed: most of the time it is there, and where not, help and absolute paths do without. */
function currentDirectory(): string {
  try {
    return process.cwd();
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new CommandFailure(
      `The working directory is not there any more (${reason}); change to one that is, and call again.`,
    );
  }
}

/** A reader who has seen enough, such as `head`, is no failure of ours. */
function onOutputError(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') return;
  process.stderr.write(
    `The output cannot be written (${error.code ?? error.message}); write it elsewhere.\n`,
  );
  process.exit(2);
}
