import type { Type } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { EventsHandler, Projection } from 'nestevents';
import { Column, Entity, PrimaryColumn, Repository } from 'typeorm';
import { PostgresQueryRunner } from 'typeorm/driver/postgres/PostgresQueryRunner.js';
import { ProjectionApps } from '../fixtures/projection-app.js';
import { TodoCreated } from '../fixtures/todo.js';
import type { TestDatabase } from '../postgres/test-database.js';

/** How often an event was handled. */
@Entity('frozen_row')
export class FrozenRow {
  @PrimaryColumn('text')
  id!: string;

  @Column('int', { default: 0 })
  events!: number;
}

class Counting {
  constructor(@InjectRepository(FrozenRow) private readonly rows: Repository<FrozenRow>) {}

  async handle({ aggregateId: id }: TodoCreated): Promise<void> {
    await this.rows.upsert({ id }, ['id']);
    await this.rows.increment({ id }, 'events', 1);
  }

  async reset(): Promise<void> {
    await this.rows.createQueryBuilder().delete().execute();
  }
}

/** How long a handler may take, in milliseconds; the database gives it ten seconds more. */
export const TIMEOUT = 500;

@Projection('counts', { mode: 'inline', timeout: TIMEOUT })
@EventsHandler(TodoCreated)
class Inline extends Counting {
  constructor(@InjectRepository(FrozenRow) rows: Repository<FrozenRow>) {
    super(rows);
  }
}

@Projection('counts', { tables: [FrozenRow], timeout: TIMEOUT })
@EventsHandler(TodoCreated)
class Beside extends Counting {
  constructor(@InjectRepository(FrozenRow) rows: Repository<FrozenRow>) {
    super(rows);
  }
}

/** The projections that are rebuilt. */
export const PROJECTIONS: Readonly<Record<'inline' | 'beside', Type>> = { inline: Inline, beside: Beside };

/** What the spec asks for. */
export interface FreezePlan {
  readonly url: string;
  readonly projection: keyof typeof PROJECTIONS;
  /** Which time that it has the handler alone, from 1, as the rebuild goes on. */
  readonly lock: number;
}

/** Rebuilds the projection, and freezes itself when it has the handler alone; ends when its parent lets go. */
export async function freezeInRebuild({ url, projection, lock }: FreezePlan): Promise<void> {
  const app = await new ProjectionApps({ url } as TestDatabase, [FrozenRow]).start([PROJECTIONS[projection]]);
  process.once('disconnect', () => void app.close());
  const { query } = PostgresQueryRunner.prototype;
  let locks = 0;
  PostgresQueryRunner.prototype.query = async function (this: PostgresQueryRunner, ...args) {
    const answer: unknown = await query.apply(this, args);
    if (args[0].includes('pg_advisory_xact_lock(') && (locks += 1) === lock) {
      await new Promise<void>((resolve) => {
        process.send!('freezing', () => {
          process.kill(process.pid, 'SIGSTOP');
          resolve();
        });
      });
    }
    return answer;
  } as typeof query;
  // It may well fail when it goes on.
  await app.manager.rebuild('counts').catch(() => undefined);
}
