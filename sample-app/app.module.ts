import path from 'node:path';
import { Module, ValidationPipe, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EventSourcingExceptionFilter, EventSourcingModule, eventSourcingMigrations } from 'nestevents';
import { AccountsModule } from './accounts/accounts.module.js';
import { CHECKOUT } from './checkout.js';
import { FilesModule } from './files/files.module.js';
import { HealthModule } from './health/health.module.js';
import { EventPositionInterceptor } from './http/event-position.interceptor.js';
import { sampleMigrations } from './migrations.js';
import { ProjectionsModule } from './projections/projections.module.js';
import { SnapshotsModule } from './snapshots/snapshots.module.js';
import { JournalSummary } from './start/journal-summary.js';
import { TodosModule } from './todos/todos.module.js';

/** What the sample needs to know from outside. */
export interface AppOptions {
  /** The database's URL; it is migrated when the application starts. */
  readonly databaseUrl: string;
  /** The amount from which on a withdrawal is told of, as decimal text. @default '10000' */
  readonly largeWithdrawal?: string;
}

@Module({})
export class AppModule {
  static forRoot({ databaseUrl, largeWithdrawal = '10000' }: AppOptions): DynamicModule {
    return {
      module: AppModule,
      imports: [
        TypeOrmModule.forRoot({
          type: 'postgres',
          url: databaseUrl,
          autoLoadEntities: true,
          migrations: [...eventSourcingMigrations, ...sampleMigrations],
          migrationsRun: true,
          // Whoever starts the sample wants to know at once that its database is not there.
          retryAttempts: 1,
        }),
        EventSourcingModule.forRoot({
          schemas: { directory: path.join(CHECKOUT, 'avro') },
          snapshots: { every: 100 },
        }),
        TodosModule,
        AccountsModule.forRoot({ largeWithdrawal }),
        FilesModule,
        ProjectionsModule,
        HealthModule,
        SnapshotsModule,
      ],
      providers: [
        JournalSummary,
        { provide: APP_FILTER, useClass: EventSourcingExceptionFilter },
        { provide: APP_INTERCEPTOR, useClass: EventPositionInterceptor },
        {
          provide: APP_PIPE,
          useValue: new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true, transform: true }),
        },
      ],
    };
  }
}
