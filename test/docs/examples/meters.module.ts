import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EventSourcingModule } from 'nestevents';
import { Meter, MeterUpcasts } from './meter.js';
import { MeterReading, MeterReadings } from './meter-readings.js';

@Module({
  imports: [
    // `synchronize` keeps the example short; an application has migrations.
    TypeOrmModule.forRoot({
      type: 'postgres',
      url: process.env.DATABASE_URL,
      autoLoadEntities: true,
      synchronize: true,
    }),
    TypeOrmModule.forFeature([MeterReading]),
    EventSourcingModule.forRoot({ schemas: { directory: 'avro' } }),
    EventSourcingModule.forFeature([Meter]),
  ],
  providers: [MeterUpcasts, MeterReadings],
})
export class MetersModule {}
