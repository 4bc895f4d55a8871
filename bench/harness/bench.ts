import { setTimeout as sleep } from 'node:timers/promises';
import { query, type BenchServer } from './bench-server.js';
import type { Recorder } from './recorder.js';
import type { Figure } from './sample.js';
import type { Scale } from './scale.js';
import type { OpenSystem, System } from './system.js';

/** Nothing takes longer, except preparing: whoever does not answer is given up. In milliseconds. */
const MOST = 180_000;

/** One way to do what a case is about. */
export interface Way {
  readonly system: string;
  /** Does it for about so many seconds, or once where it takes as long as it takes. */
  readonly run: (seconds: number) => Promise<readonly Figure[]>;
}

/** Something to measure. */
export interface Workload {
  /** What `--only` calls it. */
  readonly name: string;
  readonly title: string;
  /** What is done, for the reader of the table. */
  readonly about: string;
  /** The system that the others are compared with. @default 'raw' */
  readonly base?: string;
  /** Packages it needs; where they are not installed it is left out. @default [] */
  readonly packages?: readonly string[];
  /** Only when it is named: it takes long. @default false */
  readonly apart?: boolean;
  run(bench: Bench): Promise<void>;
}

/** What a workload measures with. */
export class Bench {
  readonly #closing: (() => Promise<void>)[] = [];
  readonly #failed = new Set<string>();

  constructor(
    readonly scale: Scale,
    readonly systems: readonly System[],
    readonly server: BenchServer,
    readonly recorder: Recorder,
    readonly workload: string,
  ) {}

  /** Makes a database for each system and opens it there; one that fails is left out of this workload. */
  async open(systems: readonly System[] = this.systems): Promise<Map<string, OpenSystem>> {
    const open = new Map<string, OpenSystem>();
    for (const system of systems) {
      await this.#guard('opening', system.name, async () => {
        open.set(system.name, await this.closing(system.open(await this.createDatabase())));
      });
    }
    return open;
  }

  /** A database that is dropped after this workload. */
  async createDatabase(): Promise<string> {
    const url = await this.server.createDatabase();
    this.#closing.push(() => this.server.dropDatabase(url));
    return url;
  }

  /** Closes something after this workload, also a failed one. */
  async closing<T extends { close(): Promise<void> }>(opened: Promise<T>): Promise<T> {
    const closable = await opened;
    this.#closing.push(() => closable.close());
    return closable;
  }

  /** Fills each system's database, one after the other, and lets PostgreSQL look at what it has got. */
  async prepare(
    systems: ReadonlyMap<string, OpenSystem>,
    work: (open: OpenSystem) => Promise<void>,
  ): Promise<void> {
    for (const [name, open] of systems) {
      await this.#guard('preparing', name, async () => {
        await work(open);
        await query(open.url, 'vacuum analyze');
      });
    }
  }

  /** Measures all ways in turns, round by round, by default after a short turn that only warms up. */
  async compare(name: string, ways: readonly Way[], { warmUp = true } = {}): Promise<void> {
    const { rounds, seconds } = this.scale;
    for (const { system, run } of warmUp ? ways : []) {
      await this.#guard(name, system, () => inTime(run(seconds / 4)));
    }
    for (let round = 0; round < rounds; round += 1) {
      for (let turn = 0; turn < ways.length; turn += 1) {
        // Everybody begins a round once: what comes first may find the machine in another mood.
        const { system, run } = ways[(turn + round) % ways.length]!;
        await this.#guard(name, system, async () => {
          await this.record(name, system, round, await inTime(run(seconds)));
        });
      }
    }
  }

  /** Keeps what was measured in another way. */
  async record(name: string, system: string, round: number, figures: readonly Figure[]): Promise<void> {
    const sample = { workload: this.workload, case: name, system, round };
    for (const figure of figures) await this.recorder.add({ ...sample, ...figure });
  }

  /** Measures the systems, all by the same work. */
  async compareSystems(
    name: string,
    systems: ReadonlyMap<string, OpenSystem>,
    work: (open: OpenSystem, seconds: number) => Promise<readonly Figure[]>,
  ): Promise<void> {
    await this.compare(
      name,
      [...systems].map(([system, open]) => ({ system, run: (seconds) => work(open, seconds) })),
    );
  }

  /** Ends the workload. */
  async close(): Promise<void> {
    const problems: unknown[] = [];
    for (const close of this.#closing.splice(0).reverse()) {
      // What is left open must not hinder the next workload.
      await inTime(close()).catch((error: unknown) => problems.push(error));
    }
    if (problems.length > 0)
      throw new AggregateError(problems, `Could not close all: ${problems.join('; ')}`);
  }

  /** One that fails is not tried again in this workload, and hinders nobody else. */
  async #guard(name: string, system: string, work: () => Promise<unknown>): Promise<void> {
    if (this.#failed.has(system)) return;
    try {
      await work();
    } catch (error) {
      this.#failed.add(system);
      await this.recorder.add({ workload: this.workload, case: name, system, failure: String(error) });
    }
  }
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  const timer = new AbortController();
  const late = sleep(MOST, undefined, { signal: timer.signal }).then(() => {
    throw new Error(`It took longer than ${MOST / 1_000} s.`);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    timer.abort();
    late.catch(() => undefined);
  }
}
