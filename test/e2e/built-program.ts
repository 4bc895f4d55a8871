import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const CHECKOUT = path.resolve(import.meta.dirname, '../..');
const PROGRAM = path.join(CHECKOUT, 'sample-app/dist/main.js');

/** Builds library and sample, unless that was done since their sources were changed. */
export function buildProgram(): void {
  const outputs = [path.join(CHECKOUT, 'dist/index.js'), PROGRAM];
  const sources = Math.max(newestSource('src'), newestSource('sample-app'));
  if (outputs.every((file) => existsSync(file) && statSync(file).mtimeMs > sources)) return;
  for (const script of ['build', 'build:sample']) {
    execFileSync('npm', ['run', '-s', script], { cwd: CHECKOUT, stdio: 'pipe' });
  }
}

function newestSource(folder: string): number {
  const files = readdirSync(path.join(CHECKOUT, folder), { recursive: true, encoding: 'utf8' });
  const sources = files.filter((file) => file.endsWith('.ts') && !file.startsWith('dist'));
  return Math.max(...sources.map((file) => statSync(path.join(CHECKOUT, folder, file)).mtimeMs));
}

/** A running sample, as `npm start` starts it. */
export class Program {
  output = '';
  errors = '';
  readonly #child;
  readonly #ended: Promise<unknown[]>;

  constructor(args: readonly string[], environment: Record<string, string>, cwd = '/') {
    this.#child = spawn(process.execPath, [PROGRAM, ...args], {
      cwd,
      env: { PATH: process.env['PATH'], ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#ended = once(this.#child, 'close');
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => (this.errors += text));
  }

  /** Waits until it has printed something. @returns what it printed so far */
  async printed(text: RegExp): Promise<string> {
    for (const deadline = Date.now() + 90_000; !text.test(this.output); await sleep(5)) {
      if (this.#child.exitCode === null && Date.now() < deadline) continue;
      throw new Error(`${String(text)} was not printed, but:\n${this.output}${this.errors}`);
    }
    return this.output;
  }

  /** Waits until it has ended, after a signal if one is given. @returns its exit code; null for one that was killed */
  async end(signal?: NodeJS.Signals): Promise<number | null> {
    if (signal) this.#child.kill(signal);
    return (await this.#ended)[0] as number | null;
  }
}
