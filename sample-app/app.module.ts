import path from 'node:path';
import { Module, ValidationPipe, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EventSourcingExceptionFilter, EventSourcingModule, eventSourcingMigrations } from 'nestevents';
import { AccountsModule } from './accounts/accounts.module.js';
import { CHECKOUT } from './checkout.js';
import { FilesModule } from './files/files.module.js';
import { CreateIdempotencyKey1763740900000 } from './idempotency/1763740900000-create-idempotency-key.js';
import { JournalSummary } from './start/journal-summary.js';
import { TodosModule } from './todos/todos.module.js';

/** What the sample needs to know from outside. */
export interface AppOptions {
  /** The database's URL; it is migrated when the application starts. */
  readonly databaseUrl: string;
}

@Module({})
export class AppModule {
  static forRoot({ databaseUrl }: AppOptions): DynamicModule {
    return {
      module: AppModule,
      imports: [
        TypeOrmModule.forRoot({
          type: 'postgres',
          url: databaseUrl,
          autoLoadEntities: true,
          migrations: [...eventSourcingMigrations, CreateIdempotencyKey1763740900000],
          migrationsRun: true,
          // Whoever starts the sample wants to know at once that its database is not there.
          retryAttempts: 1,
        }),
        EventSourcingModule.forRoot({ schemas: { directory: path.join(CHECKOUT, 'avro') } }),
        TodosModule,
        AccountsModule,
        FilesModule,
      ],
      providers: [
        JournalSummary,
        { provide: APP_FILTER, useClass: EventSourcingExceptionFilter },
        {
          provide: APP_PIPE,
          useValue: new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true, transform: true }),
        },
      ],
    };
  }
}
