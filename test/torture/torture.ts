import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { DRAIN } from './application.js';
import { Chaos, headOf, type Stage } from './chaos.js';
import { checkJournal, expectNone } from './check-journal.js';
import { checkReadModels } from './check-read-models.js';
import { Figures } from './figures.js';
import { readJournal } from './journal-fold.js';
import { watchLeases } from './lease-watch.js';
import type { ProcessPlan, Tally } from './messages.js';
import type { Safety } from './safeties.js';
import { SeededRandom } from './seeded-random.js';
import { blocked, settle } from './settle.js';
import type { TortureDatabase } from './torture-database.js';
import { TorturedProcess } from './tortured-process.js';
import { HungError, watched } from './watchdog.js';

/** What a torture is to be. */
export interface TorturePlan {
  readonly minutes: number;
  readonly seed: number;
  readonly writers: number;
  readonly instances: number;
  readonly without?: Safety;
  readonly verbose: boolean;
}

/** How long handlers have at least to catch up at the end, in milliseconds; and what part of the torture beside it. */
const CATCH_UP = 20_000;
const CATCH_UP_PART = 0.5;
/** A short torture on a slow machine goes on until there is something to compare, but no longer than this, in milliseconds. */
const LEAST_EVENTS = 400;
const OVERTIME = 40_000;
const START_PATIENCE = 60_000;
/** Beyond the time for draining; a busy machine needs it. */
const GOODBYE = 15_000;
/** How long reading the journal and comparing may take, and ending what is left, in milliseconds. */
const COMPARISON = 60_000;
const END_PATIENCE = 15_000;

/** A run of the torture: writers, instances, chaos; then the comparison. */
export class Torture {
  readonly figures = new Figures();
  readonly #plan: TorturePlan;
  readonly #database: TortureDatabase;
  readonly #random: SeededRandom;
  readonly #processes: TorturedProcess[] = [];
  readonly #written = { committed: [] as string[], rolledBack: [] as string[] };
  readonly #unexplained: string[] = [];
  readonly #clients: Client[] = [];
  readonly #crashed = new AbortController();
  readonly #division = { partitions: 3 };
  #phase = 'starting';

  constructor(plan: TorturePlan, database: TortureDatabase) {
    this.#plan = plan;
    this.#database = database;
    this.#random = new SeededRandom(plan.seed);
  }

  /** @throws the signal's reason, or Error when it could not be carried out; what it found is in `figures`. */
  async run(interrupted: AbortSignal): Promise<void> {
    const hung = new AbortController();
    const signal = AbortSignal.any([interrupted, this.#crashed.signal, hung.signal]);
    const torture = this.#plan.minutes * 60_000;
    const catchUp = CATCH_UP + torture * CATCH_UP_PART;
    const longest = START_PATIENCE + torture + OVERTIME + 2 * (DRAIN + GOODBYE) + catchUp + COMPARISON;
    try {
      await watched(this.#run(signal, catchUp), longest, () => this.#whatGoesOn());
    } catch (error) {
      hung.abort();
      if (error instanceof HungError) this.figures.wrong(`It hangs while ${this.#phase}. ${error.message}`);
      // What a process died of says more than what follows from it.
      else if (interrupted.aborted || !this.#crashed.signal.aborted) throw error;
    } finally {
      const ending = [
        ...this.#processes.map(async (each) => each.destroy()),
        ...this.#clients.map(async (each) => each.end()),
      ];
      await Promise.race([Promise.all(ending), sleep(END_PATIENCE, undefined, { ref: false })]);
    }
  }

  async #run(signal: AbortSignal, catchUp: number): Promise<void> {
    await this.#start(signal);
    this.#phase = 'faults happen';
    await this.#torture(signal);
    this.#phase = 'handlers catch up';
    const isSettled = await this.#settle(signal, catchUp);
    this.#phase = 'instances end';
    await this.#leave('instance');
    this.#phase = 'read models are compared';
    if (isSettled) await this.#compare();
  }

  /** The processes, and what the database says of them. */
  async #whatGoesOn(): Promise<string[]> {
    const client = await this.#connect();
    return [...this.#processes.map(String), ...(await blocked(client))];
  }

  async #start(signal: AbortSignal): Promise<void> {
    this.figures.set('seconds', 0);
    this.figures.set('events', 0);
    this.figures.set('appends', 0);
    this.figures.set('appends per second', 0);
    for (let n = 0; n < this.#plan.instances; n += 1) await this.#add('instance', n);
    for (let n = 0; n < this.#plan.writers; n += 1) await this.#add('writer', n);
    const deadline = Date.now() + START_PATIENCE;
    while (this.#processes.some(({ isUp }) => !isUp)) {
      if (Date.now() > deadline)
        throw new Error(`The processes did not start.\n${this.figures.wrongs.join('\n')}`);
      await sleep(50, undefined, { signal });
    }
  }

  async #add(role: ProcessPlan['role'], index: number): Promise<void> {
    const { verbose, without } = this.#plan;
    const plan = (url: string): ProcessPlan => ({
      role,
      name: `torture ${role} ${index}`,
      url,
      seed: this.#random.seed(),
      partitions: this.#division.partitions,
      without,
      verbose,
    });
    const listener = {
      tallied: (tally: Tally) => this.#take(tally),
      crashed: (name: string, lastWords: string) => {
        this.figures.wrong(`${name} ended by itself: ${lastWords || 'without a word'}`);
        this.#crashed.abort();
      },
      failedToStart: () => this.figures.count('starts that a fault ended'),
    };
    this.#processes.push(await TorturedProcess.start(role, this.#database.url, plan, listener));
  }

  async #torture(signal: AbortSignal): Promise<void> {
    const end = new AbortController();
    const client = await this.#connect();
    const begin = Date.now();
    const stage: Stage = {
      client,
      processes: this.#processes,
      random: new SeededRandom(this.#random.seed()),
      figures: this.figures,
      givenUp: signal,
      division: this.#division,
    };
    const until = AbortSignal.any([signal, end.signal]);
    const watching = watchLeases(await this.#connect(), this.figures, until);
    const chaos = new Chaos(stage).run(until);
    try {
      await sleep(this.#plan.minutes * 60_000, undefined, { signal });
      const deadline = Date.now() + OVERTIME;
      while ((await headOf(client)) < LEAST_EVENTS && Date.now() < deadline)
        await sleep(100, undefined, { signal });
    } finally {
      end.abort();
      await Promise.all([chaos, watching]);
    }
    this.#phase = 'writers end';
    await this.#leave('writer');
    const seconds = (Date.now() - begin) / 1000;
    this.figures.set('seconds', Math.round(seconds));
    this.figures.set('appends per second', Math.round(this.figures.of('appends') / seconds));
  }

  async #settle(signal: AbortSignal, patience: number): Promise<boolean> {
    const client = await this.#connect();
    const begin = Date.now();
    const left = await settle(client, patience, signal);
    this.figures.set('seconds to catch up', Math.round((Date.now() - begin) / 100) / 10);
    for (const each of left) this.figures.wrong(`It did not settle: ${each}`);
    if (left.length > 0)
      for (const each of await blocked(client)) this.figures.wrong(`It is blocked: ${each}`);
    return left.length === 0;
  }

  async #leave(role: ProcessPlan['role']): Promise<void> {
    const leaving = this.#processes.filter((each) => each.role === role);
    const inTime = await Promise.all(leaving.map(async (each) => each.leave(DRAIN + GOODBYE)));
    const late = leaving.filter((_, index) => !inTime[index]);
    if (late.length > 0) {
      const goesOn = await this.#whatGoesOn();
      this.figures.wrong(
        `${late.length} of the ${role}s did not end when they were asked to.\n${goesOn.join('\n')}`,
      );
    }
    await Promise.all(leaving.map(async (each) => each.destroy()));
  }

  async #compare(): Promise<void> {
    const client = await this.#connect();
    const journal = await readJournal(client);
    this.figures.set('events', journal.length);
    if (journal.length === 0) this.figures.wrong('There are no events, so nothing was tried.');
    checkJournal(journal, this.#written, this.figures);
    await checkReadModels(client, journal, this.figures);
    expectNone('errors of writers have no explanation', this.#unexplained, this.figures);
  }

  #take({ counts, committed, rolledBack, unexplained }: Tally): void {
    for (const [what, times] of Object.entries(counts)) this.figures.count(what, times);
    this.#written.committed.push(...committed);
    this.#written.rolledBack.push(...rolledBack);
    this.#unexplained.push(...unexplained);
  }

  async #connect(): Promise<Client> {
    const client = new Client({ connectionString: this.#database.url, application_name: 'torture' });
    client.on('error', () => undefined); // a lost connection also rejects the query
    await client.connect();
    this.#clients.push(client);
    return client;
  }
}
