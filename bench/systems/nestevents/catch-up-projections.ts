import type { DynamicModule } from '@nestjs/common';
import { InjectRepository, TypeOrmModule } from '@nestjs/typeorm';
import { EventsHandler, Projection, type IEventHandler } from 'nestevents';
import { Column, Entity, PrimaryColumn, type Repository } from 'typeorm';
import { ReadingTaken } from './meter.js';

/** A read model: the last reading of each meter. */
@Entity('meter_row')
export class MeterRow {
  @PrimaryColumn('text')
  id!: string;

  @Column('int')
  reading!: number;
}

/** Its table, as a migration of the application would make it. */
export const METER_ROW = 'create table meter_row (id text primary key, reading int not null)';

/** What the projections below need. */
export const catchUpModules: DynamicModule[] = [TypeOrmModule.forFeature([MeterRow])];

/** Counts what it gets, and takes the time from an empty read model on. */
export abstract class CatchUp {
  abstract readonly name: string;
  #handled = 0;
  #awaited = 0;
  #begun = 0;
  #reached: (() => void) | undefined;

  /** Forgets what it has got, as it will get everything again. */
  forget(): void {
    this.#handled = Number.NEGATIVE_INFINITY;
  }

  /** @returns the milliseconds until so many events were handled */
  async until(events: number): Promise<number> {
    this.#awaited = events;
    if (this.#handled < events) await new Promise<void>((resolve) => (this.#reached = resolve));
    return performance.now() - this.#begun;
  }

  protected begin(): void {
    this.#begun = performance.now();
    this.#handled = 0;
  }

  protected count(events: number): void {
    this.#handled += events;
    if (this.#handled >= this.#awaited) this.#reached?.();
  }
}

/** Does nothing. */
@Projection('trivial')
@EventsHandler(ReadingTaken)
export class TrivialProjection extends CatchUp implements IEventHandler<ReadingTaken> {
  readonly name = 'trivial';

  reset(): void {
    this.begin();
  }

  handle(): void {
    this.count(1);
  }
}

/** Writes a row for each event. */
@Projection('upsert')
@EventsHandler(ReadingTaken)
export class UpsertProjection extends CatchUp implements IEventHandler<ReadingTaken> {
  readonly name = 'upsert';

  constructor(@InjectRepository(MeterRow) private readonly rows: Repository<MeterRow>) {
    super();
  }

  async reset(): Promise<void> {
    await this.rows.clear();
    this.begin();
  }

  async handle(event: ReadingTaken): Promise<void> {
    await this.rows.upsert({ id: event.aggregateId, reading: event.reading }, ['id']);
    this.count(1);
  }
}

/** Writes the rows of a batch at once. */
@Projection('batch')
@EventsHandler(ReadingTaken)
export class BatchProjection extends CatchUp {
  readonly name = 'batch';

  constructor(@InjectRepository(MeterRow) private readonly rows: Repository<MeterRow>) {
    super();
  }

  async reset(): Promise<void> {
    await this.rows.clear();
    this.begin();
  }

  async handleBatch(events: readonly ReadingTaken[]): Promise<void> {
    const last = new Map(events.map(({ aggregateId, reading }) => [aggregateId, reading]));
    await this.rows.upsert(
      [...last].map(([id, reading]) => ({ id, reading })),
      ['id'],
    );
    this.count(events.length);
  }
}
