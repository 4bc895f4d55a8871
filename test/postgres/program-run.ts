import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

/** A line the program printed. */
export interface ProgramLine {
  url?: string;
  error?: string;
  answer?: number;
  listening?: boolean;
}

/** A run of embedded-program.js. */
export interface EmbeddedProgram {
  process: ChildProcess;
  pid: number;
  lines: AsyncIterator<string>;
  next(): Promise<ProgramLine>;
  /** Resolves when it has ended. */
  ended: Promise<unknown>;
  /** The processes it started: PostgreSQL and the lifeline. */
  children(): { pid: number; command: string }[];
  /** Kills it so hard that nothing in it can clean up, and waits. */
  kill(): Promise<void>;
}

/** Starts embedded-program.js in a process group of its own. */
export function runEmbeddedProgram(
  directory: string,
  end: 'stay' | 'exit' | 'end' | 'throw' | 'hook',
  account: { uid?: number; gid?: number } = {},
): EmbeddedProgram {
  const program = path.join(import.meta.dirname, 'embedded-program.js');
  const child = spawn(process.execPath, [program, directory, end], {
    ...account,
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const pid = child.pid!;
  const ended = once(child, 'exit');
  return {
    process: child,
    pid,
    ended,
    lines,
    next: async () => {
      const line = await lines.next();
      if (line.done) throw new Error('the program ended without a further line');
      return JSON.parse(line.value) as ProgramLine;
    },
    children: () => processes().filter(({ parent }) => parent === pid),
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** Waits until no PostgreSQL and no lifeline of a directory runs. */
export async function untilQuiet(directory: string): Promise<void> {
  const running = (): unknown[] => processes().filter(({ command }) => command.includes(`-D ${directory}/`));
  for (const deadline = Date.now() + 5000; running().length > 0; await sleep(20)) {
    if (Date.now() > deadline) throw new Error(`still running: ${JSON.stringify(running())}`);
  }
}

/** Whether a process lives; one that has ended and only awaits its parent does not. */
export function lives(pid: number): boolean {
  return processes().some((process) => process.pid === pid);
}

function processes(): { pid: number; parent: number; command: string }[] {
  if (process.platform !== 'linux') return []; // the specs that look at processes run on Linux only
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0').join(' ');
        return state === 'Z' ? [] : [{ pid: Number(name), parent: Number(parent), command }];
      } catch {
        return [];
      }
    });
}
