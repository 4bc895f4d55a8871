import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import {
  EventsHandler,
  Projection,
  Subscription,
  type DomainEvent,
  type ProjectionOptions,
} from 'nestevents';
import { Pool } from 'pg';
import type { Repository } from 'typeorm';
import { ACCOUNT_EVENTS, amountOf } from './account.js';
import {
  AccountFigures,
  BalanceFigures,
  BesideFigures,
  DividedFigures,
  FailingFigures,
  InlineFigures,
  LedgerEntry,
} from './account-figures.js';
import type { ProcessPlan } from './messages.js';
import { SeededRandom } from './seeded-random.js';
import { TallyBook } from './tally-book.js';

/** The token of the {@link ProcessPlan}. */
export const PLAN = 'torture:plan';

/** How often the failing handlers fail. */
const FAILS = 0.02;
/** Failed events come back soon, and so often that only a cause that stays parks them. */
const RETRY = { attempts: 30, delay: 10, maxDelay: 300 };
const TIMEOUT = 5_000;
const DURABLE = { retry: RETRY, timeout: TIMEOUT, batchSize: 50 };

/** Keeps the figures of each account with relative updates. */
abstract class FiguresProjection {
  constructor(private readonly rows: Repository<AccountFigures>) {}

  async handle(event: DomainEvent): Promise<void> {
    const { aggregateId: account, eventId } = event;
    const amount = amountOf(event);
    const { affected } = await this.rows
      .createQueryBuilder()
      .update()
      .set({
        balance: () => 'balance + :amount',
        events: () => 'events + 1',
        digest: () => 'md5(digest || :eventId)',
      })
      .where('account = :account')
      .setParameters({ account, amount, eventId })
      .execute();
    if (affected === 1) return;
    await this.rows
      .createQueryBuilder()
      .insert()
      .values({ account, balance: String(amount), events: 1, digest: () => 'md5(:eventId)' })
      .setParameters({ eventId })
      .execute();
  }

  async reset(): Promise<void> {
    await this.rows.createQueryBuilder().delete().execute();
  }
}

@Projection('torture.balance', DURABLE)
@EventsHandler(...ACCOUNT_EVENTS)
export class BalanceProjection extends FiguresProjection {
  constructor(@InjectRepository(BalanceFigures) rows: Repository<BalanceFigures>) {
    super(rows);
  }
}

@EventsHandler(...ACCOUNT_EVENTS)
export class DividedProjection extends FiguresProjection {
  constructor(@InjectRepository(DividedFigures) rows: Repository<DividedFigures>) {
    super(rows);
  }
}

/** Says into how many partitions an instance divides; it is another number now and then. */
export function divide(partitions: number): void {
  Projection('torture.divided', { ...DURABLE, partitions } satisfies ProjectionOptions)(DividedProjection);
}

@Projection('torture.beside', { ...DURABLE, tables: [BesideFigures] })
@EventsHandler(...ACCOUNT_EVENTS)
export class BesideProjection extends FiguresProjection {
  constructor(@InjectRepository(BesideFigures) rows: Repository<BesideFigures>) {
    super(rows);
  }
}

@Projection('torture.inline', { mode: 'inline', timeout: TIMEOUT })
@EventsHandler(...ACCOUNT_EVENTS)
export class InlineProjection extends FiguresProjection {
  constructor(@InjectRepository(InlineFigures) rows: Repository<InlineFigures>) {
    super(rows);
  }
}

/** Fails before or after its work, as chance has it. */
@Projection('torture.failing', DURABLE)
@EventsHandler(...ACCOUNT_EVENTS)
export class FailingProjection extends FiguresProjection {
  readonly #random: SeededRandom;

  constructor(
    @InjectRepository(FailingFigures) rows: Repository<FailingFigures>,
    @Inject(PLAN) { seed }: ProcessPlan,
    private readonly tally: TallyBook,
  ) {
    super(rows);
    this.#random = new SeededRandom(seed);
  }

  override async handle(event: DomainEvent): Promise<void> {
    this.#failAtRandom();
    await super.handle(event);
    this.#failAtRandom();
  }

  #failAtRandom(): void {
    if (!this.#random.chance(FAILS / 2)) return;
    this.tally.count('failures on purpose');
    throw new Error('It fails on purpose.');
  }
}

@Projection('torture.ledger', DURABLE)
@EventsHandler(...ACCOUNT_EVENTS)
export class LedgerProjection {
  constructor(@InjectRepository(LedgerEntry) private readonly entries: Repository<LedgerEntry>) {}

  async handleBatch(events: readonly DomainEvent[]): Promise<void> {
    await this.entries.insert(
      events.map((event) => ({
        eventId: event.eventId,
        account: event.aggregateId,
        amount: amountOf(event),
      })),
    );
  }

  async reset(): Promise<void> {
    await this.entries.createQueryBuilder().delete().execute();
  }
}

/** Has effects outside of any transaction, on a connection of its own, and sometimes fails after them. */
@Subscription('torture.sighting', { from: 'beginning', concurrency: 4, ...DURABLE })
@EventsHandler(...ACCOUNT_EVENTS)
@Injectable()
export class SightingSubscription implements OnApplicationShutdown {
  readonly #pool: Pool;
  readonly #random: SeededRandom;

  constructor(
    @Inject(PLAN) { url, name, seed }: ProcessPlan,
    private readonly tally: TallyBook,
  ) {
    this.#random = new SeededRandom(seed + 1);
    this.#pool = new Pool({ connectionString: url, application_name: name, max: 4 });
    this.#pool.on('error', () => undefined); // the next query gets another connection
  }

  async handle({ eventId }: DomainEvent): Promise<void> {
    await this.#pool.query('insert into torture_sighting ("eventId") values ($1)', [eventId]);
    if (!this.#random.chance(FAILS)) return;
    this.tally.count('failures on purpose');
    throw new Error('It fails on purpose.');
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#pool.end();
  }
}

/** The projections that can be made to pause. */
export const PAUSABLE = [
  'torture.balance',
  'torture.divided',
  'torture.failing',
  'torture.ledger',
  'torture.beside',
];

/** The projections that can be sent back to the first event. */
export const REBUILDABLE = [...PAUSABLE, 'torture.inline'];

/** What runs where events are appended. */
export const WRITERS_HANDLERS = [InlineProjection];

/** What runs in every instance; a rebuild needs the inline projection there too. */
export const INSTANCES_HANDLERS = [
  ...WRITERS_HANDLERS,
  BalanceProjection,
  BesideProjection,
  DividedProjection,
  FailingProjection,
  LedgerProjection,
  SightingSubscription,
];
