import { Module, type INestApplicationContext, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EventSourcingModule, type ProjectionsOptions } from 'nestevents';
import { Meter, MeterRow } from './meter.js';

@Module({})
class BenchModule {}

/** Starts an application with some handlers, as a user would write it. */
export async function startApp(
  url: string,
  handlers: Type[],
  projections: ProjectionsOptions = {},
): Promise<INestApplicationContext> {
  return NestFactory.createApplicationContext(
    {
      module: BenchModule,
      imports: [
        TypeOrmModule.forRoot({ type: 'postgres', url, autoLoadEntities: true }),
        TypeOrmModule.forFeature([MeterRow]),
        EventSourcingModule.forRoot({ projections }),
        EventSourcingModule.forFeature([Meter]),
      ],
      providers: handlers,
    },
    { logger: ['error', 'fatal'] },
  );
}
