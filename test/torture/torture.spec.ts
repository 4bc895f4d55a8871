import { expect, it, jest } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { asAdmin } from '../postgres/admin-connection.js';
import { lives } from '../postgres/program-run.js';
import type { Safety } from './safeties.js';

const PROGRAM = fileURLToPath(new URL('main.js', import.meta.url));
/** So short that all of this fits into a build, so long that faults of each kind happen. */
const MINUTES = '0.2';
/** More than it gives itself: it tells what hangs. */
const PATIENCE = 300_000;

interface Run {
  readonly child: ChildProcess;
  readonly output: () => string;
  /** Resolves to the exit code. */
  readonly ended: Promise<unknown>;
}

function run(...options: string[]): Run {
  const child = spawn(process.execPath, ['--no-warnings', PROGRAM, ...options], {
    env: { ...process.env, DATABASE_URL: process.env.NESTEVENTS_TEST_URL },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += String(text)));
  return { child, output: () => output, ended: once(child, 'close').then(([code]) => code as unknown) };
}

// Its processes have to begin and end in time, which on a busy machine they may not.
jest.retryTimes(1, { logErrorsBeforeRetry: true });

it(
  'keeps every promise under all faults',
  async () => {
    const { output, ended } = run('--minutes', MINUTES);
    const code = await ended;
    process.stdout.write(`\n${output()}\n`);
    expect(output()).toContain('All promises were kept.');
    expect(output()).toMatch(/^events +\d/m);
    expect(code).toBe(0);
  },
  PATIENCE,
);

// Chance decides how soon a fault meets a gap, so this is for people: TORTURE_PROOF=1 npm test -- test/torture
const proof = process.env.TORTURE_PROOF ? it : it.skip;

proof.each<[Safety, RegExp]>([
  [
    'compare-and-set',
    /WRONG: \d+ (?:rows of torture_\w+ are wrong|events are in torture_ledger more than once)/,
  ],
  ['hole-check', /WRONG: \d+ (?:events are not in|events were not seen|rows of torture_\w+ are wrong)/],
  ['transaction-join', /WRONG: \d+ rows of torture_failing are wrong/],
  ['side-track', /WRONG: \d+ rows of torture_failing are wrong/],
])(
  'sees what goes wrong without %s',
  async (safety, wrong) => {
    const { output, ended } = run('--minutes', MINUTES, '--without', safety);
    const code = await ended;
    expect(output()).toMatch(wrong);
    expect(code).toBe(1);
  },
  PATIENCE,
);

// It looks at processes as Linux shows them.
const onLinux = process.platform === 'linux' ? it : it.skip;

onLinux(
  'leaves nothing behind when it is interrupted',
  async () => {
    const before = await databases();
    const { child, output, ended } = run('--minutes', '5');
    while (childrenOf(child.pid!).length < 5 && child.exitCode === null) await sleep(50);
    const children = childrenOf(child.pid!);
    child.kill('SIGINT');
    expect([await ended, output()]).toEqual([130, expect.stringContaining('It was interrupted.')]);
    expect(children.length).toBeGreaterThanOrEqual(5);
    expect(children.filter((pid) => lives(pid))).toEqual([]);
    expect(await databases()).toEqual(before);
  },
  PATIENCE,
);

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
}

async function databases(): Promise<string[]> {
  const { rows } = await asAdmin((admin) =>
    admin.query<{ datname: string }>(
      `select datname from pg_database where datname like 'nestevents_torture_%'`,
    ),
  );
  return rows.map(({ datname }) => datname);
}
