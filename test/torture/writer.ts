import type { INestApplicationContext } from '@nestjs/common';
import {
  AggregateRepository,
  EventStore,
  getAggregateRepositoryToken,
  type DomainEvent,
  type StreamEvents,
} from 'nestevents';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { Account } from './account.js';
import type { ProcessPlan } from './messages.js';
import { SeededRandom } from './seeded-random.js';
import type { TallyBook } from './tally-book.js';

/** So few that writers meet. */
const SHARED_ACCOUNTS = 40;
/** How many things a writer does at once. */
const LANES = 10;
/** The longest pause of a lane, in milliseconds. */
const PAUSE = 60;
/** A caller's transaction is held open for up to so many milliseconds; a few much longer. */
const HELD = 50;
const HELD_LONG = 500;
const LONG = 0.25;
const BURST = 20;

/** Appends, transfers and rolls back, as chance has it. */
export class Writer {
  readonly #accounts: AggregateRepository<Account>;
  readonly #store: EventStore;
  readonly #dataSource: DataSource;
  readonly #lanes: Promise<unknown>;
  #finishing = false;

  constructor(
    app: INestApplicationContext,
    plan: ProcessPlan,
    private readonly tally: TallyBook,
  ) {
    this.#accounts = app.get(getAggregateRepositoryToken(Account));
    this.#store = app.get(EventStore);
    this.#dataSource = app.get(DataSource);
    const random = new SeededRandom(plan.seed);
    const lanes = Array.from({ length: LANES }, async () => this.#lane(new SeededRandom(random.seed())));
    this.#lanes = Promise.all(lanes);
  }

  /** Ends what is under way, and does no more. */
  async finish(): Promise<void> {
    this.#finishing = true;
    await this.#lanes;
  }

  async #lane(random: SeededRandom): Promise<void> {
    while (!this.#finishing) {
      try {
        await this.#act(random);
      } catch (error) {
        this.tally.failed(error);
      }
      await sleep(random.below(PAUSE));
    }
  }

  async #act(random: SeededRandom): Promise<void> {
    const dice = random.next();
    if (dice < 0.05) return this.#openNew(random);
    const account = await this.#sharedAccount(random);
    if (dice < 0.3) return this.#deposit(account, random);
    if (dice < 0.4) return this.#withdraw(account, random);
    if (dice < 0.6) return this.#transfer(account, random);
    if (dice < 0.9) return this.#inCallersTransaction(account, random);
    if (dice < 0.95) return this.#conflict(account, random);
    return this.#deposit(account, random, BURST);
  }

  async #openNew(random: SeededRandom): Promise<void> {
    await this.#deposit(Account.open(randomUUID(), 'somebody'), random);
  }

  async #sharedAccount(random: SeededRandom): Promise<Account> {
    const id = `shared-${random.below(SHARED_ACCOUNTS)}`;
    return (await this.#accounts.find(id)) ?? Account.open(id, 'everybody');
  }

  async #deposit(account: Account, random: SeededRandom, times = 1): Promise<void> {
    for (let n = 0; n < times; n += 1) account.deposit(amount(random));
    this.tally.committed(await this.#accounts.save(account));
  }

  async #withdraw(account: Account, random: SeededRandom): Promise<void> {
    if (account.withdraw(amount(random))) this.tally.committed(await this.#accounts.save(account));
    else this.tally.count('refused');
  }

  async #transfer(from: Account, random: SeededRandom): Promise<void> {
    const to = await this.#sharedAccount(random);
    if (to.id === from.id) return;
    if (from.send(randomUUID(), to, amount(random)))
      this.tally.committed(await this.#store.appendAll([queuedOf(from), queuedOf(to)]));
    else this.tally.count('refused');
  }

  /** Positions are drawn long before the commit, or for nothing. */
  async #inCallersTransaction(account: Account, random: SeededRandom): Promise<void> {
    const rollsBack = random.chance(0.3);
    const runner = this.#dataSource.createQueryRunner();
    try {
      await runner.startTransaction();
      account.deposit(amount(random));
      const events: DomainEvent[] = await this.#accounts.save(account, { transaction: runner.manager });
      await sleep(random.below(random.chance(LONG) ? HELD_LONG : HELD));
      if (rollsBack) {
        await runner.rollbackTransaction();
        this.tally.rolledBack(events);
      } else {
        await runner.commitTransaction();
        this.tally.committed(events);
      }
    } catch (error) {
      if (runner.isTransactionActive) await runner.rollbackTransaction();
      throw error;
    } finally {
      await runner.release();
    }
  }

  /** Two who have seen the same. */
  async #conflict(account: Account, random: SeededRandom): Promise<void> {
    if (account.version === 0) return;
    const other = await this.#accounts.load(account.id, { version: account.version });
    const saves = [account, other].map(async (each) => {
      each.deposit(amount(random));
      await this.#store
        .appendAll([queuedOf(each)])
        .then((events) => this.tally.committed(events))
        .catch((error: unknown) => this.tally.failed(error));
    });
    await Promise.all(saves);
  }
}

function queuedOf(account: Account): StreamEvents {
  return {
    stream: { aggregate: Account, id: account.id },
    events: account.getUncommittedEvents(),
    expectedVersion: account.version,
  };
}

function amount(random: SeededRandom): number {
  return random.between(1, 100_000);
}
