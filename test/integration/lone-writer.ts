import { Test } from '@nestjs/testing';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AggregateRepository, EventSourcingModule, getAggregateRepositoryToken } from 'nestevents';
import { randomUUID } from 'node:crypto';
import type { Logger } from 'typeorm';
import { Todo } from '../fixtures/todo.js';

/** What the spec asks for: so many todos, one after the other. */
export interface WriteOrder {
  readonly todos: number;
}

/** What came of it. */
export interface WriteReport {
  readonly position: string;
  /** How many statements told others of it so far. */
  readonly notifications: number;
  readonly milliseconds: number;
}

/** Stores what the parent process asks for, and ends when it does. */
export async function writeWhenAsked(url: string): Promise<void> {
  let notifications = 0;
  const ignore = (): void => undefined;
  const logger: Logger = {
    logQuery: (sql) => {
      if (sql.includes('pg_notify')) notifications += 1;
    },
    logQueryError: ignore,
    logQuerySlow: ignore,
    logSchemaBuild: ignore,
    logMigration: ignore,
    log: ignore,
  };
  const module = await Test.createTestingModule({
    imports: [
      TypeOrmModule.forRoot({
        type: 'postgres',
        url,
        autoLoadEntities: true,
        poolSize: 2,
        logger,
        logging: ['query'],
      }),
      EventSourcingModule.forRoot(),
      EventSourcingModule.forFeature([Todo]),
    ],
  }).compile();
  await module.init();
  const todos = module.get<AggregateRepository<Todo>>(getAggregateRepositoryToken(Todo));
  process.on('message', ({ todos: count }: WriteOrder) => {
    void (async () => {
      const began = performance.now();
      let position = 0n;
      for (let n = 0; n < count; n += 1) {
        const events = await todos.save(Todo.create(randomUUID(), `todo ${n}`));
        position = events.at(-1)!.position;
      }
      const milliseconds = performance.now() - began;
      process.send!({ position: String(position), notifications, milliseconds } satisfies WriteReport);
    })();
  });
  process.once('disconnect', () => void module.close());
  process.send!('ready');
}
