import { spawn, type ChildProcess } from 'node:child_process';
import { gitEnvironment } from './git-environment.js';
import { GitError } from './git-error.js';

/** How much of git's standard error is kept, from the end, in characters. */
const STDERR_LIMIT = 8_192;

// The advice is about the empty file of grafts in our environment; it would stand in every error.
const GLOBAL_OPTIONS = ['--no-pager', '-c', 'advice.graftFileDeprecated=false'];

interface Outcome {
  readonly exitCode: number | null;
  readonly spawnError: Error | null;
}

/**
 * Runs git (no shell) and hands on what it writes, chunk by chunk. Git waits while the consumer does,
 * and is killed when the consumer stops early.
 * @throws GitError when git is not there, or ends with anything but 0
 */
export async function* streamGit(directory: string, args: readonly string[]): AsyncGenerator<Buffer, void> {
  const child = spawn('git', [...GLOBAL_OPTIONS, '-C', directory, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: gitEnvironment(),
    windowsHide: true,
    // Not of our process group: Ctrl-C in a terminal is for us, who end git in order.
    detached: process.platform !== 'win32',
  });
  const ended = outcomeOf(child);
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-STDERR_LIMIT);
  });
  try {
    for await (const chunk of child.stdout) yield chunk as Buffer;
    const { exitCode, spawnError } = await ended;
    if (spawnError || exitCode !== 0) throw failure(args, exitCode, spawnError, stderr.trim());
  } finally {
    child.stdout.destroy();
    child.kill();
    await ended;
  }
}

/** Runs git and gives all of its output at once. @throws GitError as {@link streamGit} does */
export async function readGit(directory: string, args: readonly string[]): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of streamGit(directory, args)) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function outcomeOf(child: ChildProcess): Promise<Outcome> {
  return new Promise((resolve) => {
    child.once('error', (spawnError) => resolve({ exitCode: null, spawnError }));
    child.once('close', (exitCode) => resolve({ exitCode, spawnError: null }));
  });
}

function failure(args: readonly string[], exitCode: number | null, spawnError: Error | null, stderr: string) {
  if (spawnError && 'code' in spawnError && spawnError.code === 'ENOENT') {
    return new GitError('git-not-installed', 'Cannot run git: install it, or put it on the PATH.');
  }
  const command = args.find((arg) => /^[a-z]/.test(arg) && !arg.includes('=')) ?? '';
  const how = spawnError?.message ?? (exitCode === null ? 'was killed' : `ended with exit code ${exitCode}`);
  return new GitError('failed', `"git ${command}" ${how}.`, stderr, exitCode);
}
