import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { createCuttableProxy, type CuttableProxy } from '../postgres/faults.js';
import type { Order, ProcessPlan, Report, Steering, Tally } from './messages.js';

const PROGRAM = fileURLToPath(new URL('process-program.js', import.meta.url));
/** How much of what a process complains about is kept, in characters. */
const LAST_WORDS = 4_000;

/** What a tortured process tells. */
export interface ProcessListener {
  tallied(tally: Tally): void;
  /** It ended though nobody made it. */
  crashed(name: string, lastWords: string): void;
  failedToStart(): void;
}

/** The place of a writer or an instance, with a network of its own: when its process ends, another one takes its place. */
export class TorturedProcess {
  readonly #answers = new Map<number, (answer: { error?: string }) => void>();
  #child: ChildProcess | undefined;
  #started = false;
  #stopped = false;
  #isEnding = false;
  #ended: Promise<void> = Promise.resolve();
  #leaving = false;
  #lastWords = '';
  #orders = 0;
  #name = '';
  #since = Date.now();

  private constructor(
    readonly role: ProcessPlan['role'],
    private readonly proxy: CuttableProxy,
    private readonly plan: (url: string) => ProcessPlan,
    private readonly listener: ProcessListener,
  ) {}

  /** @param plan is asked for at each start. */
  static async start(
    role: ProcessPlan['role'],
    databaseUrl: string,
    plan: (url: string) => ProcessPlan,
    listener: ProcessListener,
  ): Promise<TorturedProcess> {
    const proxy = await createCuttableProxy(databaseUrl);
    const process = new TorturedProcess(role, proxy, plan, listener);
    process.#ended = process.#live();
    return process;
  }

  /** Whether it works; not while it starts, ends or is stopped. */
  get isUp(): boolean {
    return this.#started && !this.#stopped && !this.#isEnding;
  }

  /** What it is at, for people. */
  toString(): string {
    const state = this.#stopped
      ? 'is frozen'
      : this.#leaving || this.#isEnding
        ? 'ends'
        : this.#started
          ? 'works'
          : 'starts';
    const seconds = Math.round((Date.now() - this.#since) / 1000);
    const orders = this.#answers.size > 0 ? `, has not answered ${this.#answers.size} orders` : '';
    const words = this.#lastWords ? `; its last words: ${this.#lastWords}` : '';
    return `${this.#name} (process ${this.#child?.pid ?? 'gone'}, ${seconds} s old) ${state}${orders}${words}`;
  }

  /** Ends it in whatever way; another process takes its place. */
  end(signal: 'SIGKILL' | 'SIGTERM'): void {
    this.#isEnding = true;
    this.#child?.kill(signal);
  }

  /** Makes it stand still as it is, and go on some time later. */
  async freeze(milliseconds: number, signal: AbortSignal): Promise<void> {
    const child = this.#child;
    if (!child) return;
    this.#stopped = true;
    child.kill('SIGSTOP');
    await sleep(milliseconds, undefined, { signal }).catch(() => undefined);
    child.kill('SIGCONT');
    this.#stopped = false;
  }

  /** Breaks its connections. @returns how many */
  cut(): number {
    return this.proxy.cutAll();
  }

  /** Steers a handler through it. @throws Error when that fails, or it dies meanwhile */
  async steer(how: Steering, handler: string): Promise<void> {
    this.#orders += 1;
    const id = this.#orders;
    const answered = new Promise<{ error?: string }>((resolve) => this.#answers.set(id, resolve));
    this.#send({ kind: 'steer', id, how, handler });
    const { error } = await answered;
    if (error !== undefined) throw new Error(error);
  }

  /** Has it end for good, orderly. @returns whether it did so in time; if not, it is still there */
  async leave(patience: number): Promise<boolean> {
    this.#leaving = true;
    if (this.role === 'writer' && this.#started) this.#send({ kind: 'finish' });
    else this.end('SIGTERM');
    return Promise.race([this.#ended.then(() => true), sleep(patience, false, { ref: false })]);
  }

  /** Ends it for good and at once. */
  async destroy(): Promise<void> {
    this.#leaving = true;
    this.end('SIGKILL');
    await this.#ended;
    await this.proxy.close();
  }

  async #live(): Promise<void> {
    while (!this.#leaving) await this.#run();
  }

  async #run(): Promise<void> {
    const plan = this.plan(this.proxy.url);
    this.#name = plan.name;
    this.#since = Date.now();
    this.#isEnding = false;
    this.#lastWords = '';
    const out = plan.verbose ? 'inherit' : 'ignore';
    const child = fork(PROGRAM, {
      execArgv: ['--no-warnings', '--enable-source-maps'],
      stdio: ['ignore', out, 'pipe', 'ipc'],
    });
    this.#child = child;
    child.stderr!.on('data', (text: Buffer) => {
      this.#lastWords = (this.#lastWords + text.toString()).slice(-LAST_WORDS);
      if (plan.verbose) process.stderr.write(text);
    });
    child.on('message', (report: Report) => this.#hear(report, plan));
    child.on('error', () => undefined); // a message to a process that has died; its exit follows
    await once(child, 'close');
    this.#child = undefined;
    this.#started = false;
    for (const answer of this.#answers.values()) answer({ error: 'the process has ended' });
    this.#answers.clear();
    if (this.#isEnding || this.#leaving) return;
    this.#leaving = true;
    this.listener.crashed(plan.name, this.#lastWords);
  }

  #hear(report: Report, plan: ProcessPlan): void {
    switch (report.kind) {
      case 'loaded':
        return this.#send({ kind: 'begin', plan });
      case 'started':
        this.#started = true;
        return;
      case 'failed-to-start':
        this.#isEnding = true;
        return this.listener.failedToStart();
      case 'steered':
        this.#answers.get(report.id)?.(report);
        this.#answers.delete(report.id);
        return;
      case 'tally':
        this.listener.tallied(report.tally);
    }
  }

  #send(order: Order): void {
    if (this.#child?.connected) this.#child.send(order, () => undefined);
    else if (order.kind === 'steer') this.#answers.get(order.id)?.({ error: 'the process has ended' });
  }
}
