import { InjectRepository } from '@nestjs/typeorm';
import { EventsHandler, Projection, type IEventHandler } from 'nestevents';
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

@Projection('meter-readings')
@EventsHandler(ReadingTaken)
export class MeterReadings implements IEventHandler<ReadingTaken> {
  constructor(@InjectRepository(MeterReading) private readonly rows: Repository<MeterReading>) {}

  async handle({ position, aggregateId, ...payload }: ReadingTaken): Promise<void> {
    await this.rows.insert({ ...payload, position: String(position), meterId: aggregateId });
  }
}
