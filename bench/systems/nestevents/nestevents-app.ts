import path from 'node:path';
import { Module, type INestApplicationContext, type ModuleMetadata } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import {
  EventSourcingModule,
  eventSourcingMigrations,
  type AggregateClass,
  type EventSourcingModuleOptions,
} from 'nestevents';
import { POOL_SIZE } from '../../harness/bench-server.js';
import { Meter } from './meter.js';

/** The schemas of the aggregates below. */
export const SCHEMAS = path.join(import.meta.dirname, 'avro');

@Module({})
class BenchModule {}

/** How an application differs from the usual one. */
export interface AppOptions extends Pick<ModuleMetadata, 'imports' | 'providers'> {
  readonly aggregates?: readonly AggregateClass[];
  readonly store?: EventSourcingModuleOptions;
}

/** Starts an application as a user would write it: schemas on, every append checked. It migrates its database. */
export async function startApp(url: string, options: AppOptions = {}): Promise<INestApplicationContext> {
  const { imports = [], providers = [], aggregates = [Meter], store } = options;
  return NestFactory.createApplicationContext(
    {
      module: BenchModule,
      imports: [
        TypeOrmModule.forRoot({
          type: 'postgres',
          url,
          autoLoadEntities: true,
          migrations: eventSourcingMigrations,
          migrationsRun: true,
          extra: { max: POOL_SIZE },
        }),
        EventSourcingModule.forRoot({ schemas: { directory: SCHEMAS }, ...store }),
        EventSourcingModule.forFeature(aggregates),
        ...imports,
      ],
      providers,
    },
    { logger: ['error', 'fatal'], abortOnError: false },
  );
}
