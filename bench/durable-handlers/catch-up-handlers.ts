import { InjectRepository } from '@nestjs/typeorm';
import { EventsHandler, Projection, type IEventHandler } from 'nestevents';
import type { Repository } from 'typeorm';
import { MeterRead, MeterRow } from './meter.js';

/** Counts what it gets, and takes the time from an empty read model on. */
export abstract class CatchUp {
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
@EventsHandler(MeterRead)
export class TrivialProjection extends CatchUp implements IEventHandler<MeterRead> {
  reset(): void {
    this.begin();
  }

  handle(): void {
    this.count(1);
  }
}

/** The same, with more events in a transaction than by default. */
@Projection('trivial-1000', { batchSize: 1_000 })
@EventsHandler(MeterRead)
export class LargeBatchesProjection extends TrivialProjection {}

/** Writes a row for each event. */
@Projection('upsert')
@EventsHandler(MeterRead)
export class UpsertProjection extends CatchUp implements IEventHandler<MeterRead> {
  constructor(@InjectRepository(MeterRow) private readonly rows: Repository<MeterRow>) {
    super();
  }

  async reset(): Promise<void> {
    await this.rows.clear();
    this.begin();
  }

  async handle(event: MeterRead): Promise<void> {
    await this.rows.upsert({ id: event.aggregateId, reading: event.reading }, ['id']);
    this.count(1);
  }
}

/** Writes the rows of a batch at once. */
@Projection('batch')
@EventsHandler(MeterRead)
export class BatchProjection extends CatchUp {
  constructor(@InjectRepository(MeterRow) private readonly rows: Repository<MeterRow>) {
    super();
  }

  async reset(): Promise<void> {
    await this.rows.clear();
    this.begin();
  }

  async handleBatch(events: readonly MeterRead[]): Promise<void> {
    const last = new Map(events.map(({ aggregateId, reading }) => [aggregateId, reading]));
    await this.rows.upsert(
      [...last].map(([id, reading]) => ({ id, reading })),
      ['id'],
    );
    this.count(events.length);
  }
}
