import { setTimeout as sleep } from 'node:timers/promises';
import { commandLine, isAlive, processIdentity } from './process-identity.js';
import { disownPostmasterFile, readPostmasterFile } from './postmaster-file.js';

/**
 * Stops the server that a killed Node process left running on a data folder, and waits until it has gone.
 * Without one it does nothing. Call it only as the owner of the directory.
 *
 * @throws Error when the server does not stop.
 */
export async function stopOrphan(dataFolder: string): Promise<void> {
  const pid = (await readPostmasterFile(dataFolder))?.pid;
  // Windows cannot tell whose pid it is; there PostgreSQL's own check refuses to start beside an orphan.
  if (pid === undefined || process.platform === 'win32' || !isAlive(pid)) return;
  const identity = processIdentity(pid);
  if (!isServerOf(pid, dataFolder)) {
    await disownPostmasterFile(dataFolder);
    return;
  }
  // Fast shutdown; then the immediate one, after which the next start replays the write-ahead log.
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    if (processIdentity(pid) !== identity) return;
    process.kill(pid, signal);
    for (const deadline = Date.now() + 15_000; Date.now() < deadline; await sleep(20)) {
      if (processIdentity(pid) !== identity) return;
    }
  }
  throw new Error(
    `A PostgreSQL left over from an earlier run (process ${pid}) still uses ${dataFolder} and does not stop. ` +
      `Stop it by hand: kill -QUIT ${pid}`,
  );
}

function isServerOf(pid: number, dataFolder: string): boolean {
  const command = commandLine(pid);
  if (command === undefined) return false;
  return /(^|\/)postgres /.test(command) && `${command} `.includes(` -D ${dataFolder} `);
}
