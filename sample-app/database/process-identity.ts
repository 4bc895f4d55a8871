import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * What tells a living process from a later one that got the same pid, or `undefined` when none lives.
 *
 * On Windows, which has no cheap start time, every living process gives the same answer.
 */
export function processIdentity(pid: number): string | undefined {
  if (!isAlive(pid)) return undefined;
  if (process.platform === 'win32') return 'alive';
  if (process.platform !== 'linux') return ps('lstart', pid);

  const stat = readProc(pid, 'stat');
  if (stat === undefined) return undefined;
  // The second field is the name in brackets, and may hold anything; the state and the rest follow it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, startTime] = [fields[0], fields[19]];
  if (state === 'Z' || state === 'X') return undefined; // has ended, its parent has not looked yet
  return `${readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()}/${startTime}`;
}

/** The command line of a living process as one text, or `undefined`; never known on Windows. */
export function commandLine(pid: number): string | undefined {
  if (process.platform === 'win32') return undefined;
  if (process.platform !== 'linux') return ps('args', pid);
  return readProc(pid, 'cmdline')?.split('\0').join(' ').trim() || undefined;
}

/** Whether a process has this pid, even one of another user. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function readProc(pid: number, file: 'stat' | 'cmdline'): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return undefined; // it ended between the two looks
  }
}

function ps(column: 'lstart' | 'args', pid: number): string | undefined {
  try {
    const output = execFileSync('ps', ['-ww', '-o', `${column}=`, '-p', String(pid)], { encoding: 'utf8' });
    return output.trim() || undefined;
  } catch {
    return undefined; // ps answers 1 when there is no such process
  }
}
