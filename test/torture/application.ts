import type { INestApplicationContext, Type } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EventSourcingModule } from 'nestevents';
import { Account } from './account.js';
import { READ_MODELS } from './account-figures.js';
import { PLAN } from './handlers.js';
import type { ProcessPlan } from './messages.js';
import { TallyBook } from './tally-book.js';

/** How long a unit stays with an instance that is not heard of any more, in milliseconds. */
export const LEASE = 1_000;
const POLL = 200;
/** How long a shutdown waits for handlers, in milliseconds. */
export const DRAIN = 2_000;

/** Starts an application as a user's would be, with the handlers given. */
export async function startApplication(
  plan: ProcessPlan,
  tally: TallyBook,
  handlers: readonly Type[],
): Promise<INestApplicationContext> {
  @Module({
    imports: [
      TypeOrmModule.forRootAsync({
        useFactory: () => ({
          type: 'postgres',
          url: plan.url,
          applicationName: plan.name,
          poolSize: 10,
          entities: READ_MODELS,
          autoLoadEntities: true,
          poolErrorHandler: () => undefined,
          retryAttempts: 20,
          retryDelay: 100,
        }),
      }),
      TypeOrmModule.forFeature(READ_MODELS),
      EventSourcingModule.forRoot({
        projections: { leaseFor: LEASE, pollInterval: POLL, drainTimeout: DRAIN },
      }),
      EventSourcingModule.forFeature([Account]),
    ],
    providers: [{ provide: PLAN, useValue: plan }, { provide: TallyBook, useValue: tally }, ...handlers],
  })
  class TorturedApplication {}

  const logger = plan.verbose ? (['error', 'warn', 'fatal'] as const) : false;
  const app = await NestFactory.createApplicationContext(TorturedApplication, {
    logger: logger && [...logger],
    abortOnError: false,
  });
  return app.enableShutdownHooks(['SIGTERM']);
}
