import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { LEASE } from './application.js';
import type { Figures } from './figures.js';
import { PAUSABLE, REBUILDABLE } from './handlers.js';
import type { Steering } from './messages.js';
import type { SeededRandom } from './seeded-random.js';
import type { TorturedProcess } from './tortured-process.js';

/** A pause between two faults, in milliseconds; it goes on until there are so many new events, but not for ever. */
const PAUSE = 300;
const PROGRESS = 8;
const LONGEST_PAUSE = 2_000;
/** Nobody rebuilds all the time; in milliseconds. */
const BETWEEN_REBUILDS = 8_000;
const MOST_PARTITIONS = 4;
const MOST_STOLEN = 4;

/** What chaos is made on. */
export interface Stage {
  readonly client: Client;
  readonly processes: readonly TorturedProcess[];
  readonly random: SeededRandom;
  readonly figures: Figures;
  /** Aborted when it does not matter any more how things are left. */
  readonly givenUp: AbortSignal;
  /** Into how many partitions instances divide that start from now on. */
  readonly division: { partitions: number };
}

/** Makes one fault after the other; some last while others happen. */
export class Chaos {
  readonly #stage: Stage;
  readonly #lasting = new Set<Promise<void>>();
  #lastRebuild = Date.now() - BETWEEN_REBUILDS / 2;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** Goes on until it is told to end, then waits for what lasts. */
  async run(signal: AbortSignal): Promise<void> {
    const { random } = this.#stage;
    const faults = this.#faults(signal);
    for (const [what] of faults) this.#stage.figures.set(what, 0);
    const all = faults.flatMap((fault) => Array.from({ length: fault[1] }, () => fault));
    while (!signal.aborted) {
      for (const [what, , make] of random.shuffled(all)) {
        if (signal.aborted) break;
        this.#stage.figures.count(what, await make());
        await this.#pauseUntilProgress(signal);
      }
    }
    await Promise.all(this.#lasting);
  }

  /** Faults on a machine that has no time to do anything between them show nothing. */
  async #pauseUntilProgress(signal: AbortSignal): Promise<void> {
    const { client, random } = this.#stage;
    const deadline = Date.now() + LONGEST_PAUSE;
    const before = await headOf(client);
    do {
      await sleep(random.below(PAUSE), undefined, { signal }).catch(() => undefined);
    } while (!signal.aborted && Date.now() < deadline && (await headOf(client)) < before + PROGRESS);
  }

  /** Names, how often they happen compared to others, and what they do; they answer how often it was done. */
  #faults(signal: AbortSignal): [string, number, () => Promise<number> | number][] {
    return [
      ['backends of writers killed', 3, () => this.#killBackends('torture writer%')],
      ['backends of instances killed', 4, () => this.#killBackends('torture instance%')],
      [
        'listening backends killed',
        1,
        () => this.#killBackends('torture instance%', `query ~* '^\\s*listen'`),
      ],
      ['connections cut', 2, () => this.#stage.random.pick(this.#up())?.cut() ?? 0],
      ['writers killed', 1, () => this.#end('writer', 'SIGKILL')],
      ['instances killed', 2, () => this.#end('instance', 'SIGKILL')],
      ['instances shut down', 1, () => this.#end('instance', 'SIGTERM')],
      ['divisions changed', 1, () => this.#divideOtherwise()],
      ['instances frozen', 3, () => this.#freeze(signal)],
      ['leases stolen', 5, () => this.#stealLease()],
      ['rebuilds', 2, () => this.#rebuild()],
      ['pauses', 1, () => this.#pause(signal)],
    ];
  }

  #up(role?: TorturedProcess['role']): TorturedProcess[] {
    return this.#stage.processes.filter((each) => each.isUp && (!role || each.role === role));
  }

  async #killBackends(application: string, condition = 'true'): Promise<number> {
    const { client, random } = this.#stage;
    // Those that are in the middle of something come first.
    const { rowCount } = await client.query(
      `select pg_terminate_backend(pid) from (
         select pid from pg_stat_activity
         where datname = current_database() and application_name like $1 and (${condition})
         order by state = 'idle', random() limit $2
       ) as chosen`,
      [application, random.between(1, 2)],
    );
    return rowCount ?? 0;
  }

  #end(role: TorturedProcess['role'], how: 'SIGKILL' | 'SIGTERM'): number {
    const chosen = this.#stage.random.pick(this.#up(role));
    chosen?.end(how);
    return chosen ? 1 : 0;
  }

  #divideOtherwise(): number {
    const { division } = this.#stage;
    division.partitions = (division.partitions % MOST_PARTITIONS) + 1;
    return this.#end('instance', this.#stage.random.chance(0.5) ? 'SIGKILL' : 'SIGTERM');
  }

  /** Longer than its leases: when it goes on, somebody else has its work. */
  #freeze(signal: AbortSignal): number {
    const { random } = this.#stage;
    const chosen = random.pick(this.#up('instance'));
    if (!chosen) return 0;
    this.#last(chosen.freeze(1.5 * LEASE + random.below(LEASE), signal));
    return 1;
  }

  /** As a thief who does nothing, as one who leaves at once, and as an instance that never heard that it has it. */
  async #stealLease(): Promise<number> {
    const { client, random } = this.#stage;
    const thief = random.pick([
      `owner = 'thief', lease_until = clock_timestamp() + interval '300 milliseconds'`,
      `owner = null, lease_until = null`,
      `owner = (select id from projection_instance where alive_until > clock_timestamp() order by random() limit 1),
         lease_until = clock_timestamp() + interval '${LEASE} milliseconds'`,
    ])!;
    const { rowCount } = await client.query(
      `update projection_checkpoint set fence = fence + 1, ${thief}
       where (handler, course, partition) in (
         select handler, course, partition from projection_checkpoint
         where lease_until > clock_timestamp() order by random() limit $1
       )`,
      [random.between(1, MOST_STOLEN)],
    );
    return rowCount ?? 0;
  }

  #rebuild(): number {
    const handler = this.#stage.random.pick(REBUILDABLE);
    if (handler === undefined || Date.now() - this.#lastRebuild < BETWEEN_REBUILDS) return 0;
    if (!this.#steer('rebuild', handler)) return 0;
    this.#lastRebuild = Date.now();
    return 1;
  }

  #pause(signal: AbortSignal): number {
    const { random } = this.#stage;
    const handler = random.pick(PAUSABLE)!;
    if (!this.#steer('pause', handler)) return 0;
    this.#last(
      sleep(random.between(200, 800), undefined, { signal })
        .catch(() => undefined)
        .then(async () => this.#resume(handler)),
    );
    return 1;
  }

  /** Lets a handler go on, through whoever lives to do so. */
  async #resume(handler: string): Promise<void> {
    while (!this.#stage.givenUp.aborted) {
      const somebody = this.#stage.random.pick(this.#up('instance'));
      const done = await somebody?.steer('resume', handler).then(
        () => true,
        () => false,
      );
      if (done) return;
      await sleep(50);
    }
  }

  #steer(how: Steering, handler: string): boolean {
    const somebody = this.#stage.random.pick(this.#up('instance'));
    if (!somebody) return false;
    // What it does not come to because it is killed, it does not do.
    somebody.steer(how, handler).catch(() => undefined);
    return true;
  }

  #last(fault: Promise<void>): void {
    const ended = fault.finally(() => this.#lasting.delete(ended));
    this.#lasting.add(ended);
  }
}

/** The highest position of the journal. */
export async function headOf(client: Client): Promise<number> {
  const { rows } = await client.query<{ head: number }>(
    'select coalesce(max(position), 0)::float8 as head from event_journal',
  );
  return rows[0]!.head;
}
