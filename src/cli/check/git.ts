import { spawnSync } from 'node:child_process';
import { UnusableRef } from './unusable-ref.js';

/** Set by git for its hooks; they would lead away from the repository that holds the directory. */
const OF_HOOKS: ReadonlySet<string> = new Set(['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_PREFIX']);

const MAX_OUTPUT = 2 ** 30;

/** What a run of git answered. */
export interface GitAnswer {
  readonly succeeded: boolean;
  readonly output: Buffer;
  /** The first line of what it said about the run. */
  readonly complaint: string;
}

/**
 * Runs the user's git in a directory, without a shell.
 *
 * @throws UnusableRef if there is no git
 */
export function git(directory: string, args: readonly string[], input = ''): GitAnswer {
  const inherited = Object.entries(process.env).filter(([name]) => !OF_HOOKS.has(name));
  // Not `cwd`: a directory that is missing would look like a git that is missing.
  const { status, stdout, stderr, error } = spawnSync('git', ['-C', directory, ...args], {
    input,
    env: { ...Object.fromEntries(inherited), LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0' },
    maxBuffer: MAX_OUTPUT,
    windowsHide: true,
  });
  if (error) {
    const code = 'code' in error ? String(error.code) : error.message;
    const why = code === 'ENOENT' ? 'git was not found; install it' : `git cannot be run (${code})`;
    throw new UnusableRef(
      'SCHEMA_REF_UNREADABLE',
      `--against needs git, but ${why}, or leave --against out.`,
    );
  }
  return {
    succeeded: status === 0,
    output: stdout,
    complaint:
      stderr
        .toString('utf8')
        .split('\n')[0]
        ?.replace(/^fatal: /, '') ?? '',
  };
}
