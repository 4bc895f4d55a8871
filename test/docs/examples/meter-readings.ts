import { InjectRepository } from '@nestjs/typeorm';
import { EventsHandler, EventStore, type IEventHandler } from 'nestevents';
import { Column, Entity, PrimaryColumn, Repository } from 'typeorm';
import { ReadingTaken } from './meter.js';

@Entity('meter_readings')
export class MeterReading {
  @PrimaryColumn('bigint')
  position!: string;

  @Column('text')
  meterId!: string;

  @Column('numeric', { precision: 20, scale: 3 })
  kilowattHours!: string;

  @Column('text')
  takenBy!: string;

  @Column('text')
  source!: string;
}

@EventsHandler(ReadingTaken)
export class MeterReadings implements IEventHandler<ReadingTaken> {
  constructor(
    @InjectRepository(MeterReading) private readonly rows: Repository<MeterReading>,
    private readonly store: EventStore,
  ) {}

  async handle({ position, aggregateId, ...payload }: ReadingTaken): Promise<void> {
    await this.rows.save({ ...payload, position: String(position), meterId: aggregateId });
  }

  /** Fills the table again, from the beginning of the journal. */
  async rebuild(): Promise<void> {
    await this.rows.clear();
    for await (const event of this.store.readAll({ types: [ReadingTaken] })) {
      await this.handle(event as ReadingTaken);
    }
  }
}
