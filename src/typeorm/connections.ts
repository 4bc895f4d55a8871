import type { DataSource, QueryRunner } from 'typeorm';
import { outsideOfJoins } from './handlers/join.js';

/** What a connection of the pool can do. */
export interface PoolClient {
  query(statement: NamedStatement, values: readonly unknown[]): Promise<{ readonly rows: unknown }>;
  /** Whether statements go out before earlier ones are answered; `undefined` where `pg` is older than 8.23. */
  pipeline?: boolean;
  /** Which process of the server it leads to, as whoever has answered it says. */
  readonly processID?: number | null;
}

/** A statement as the driver takes it. */
export interface NamedStatement {
  readonly name?: string;
  readonly text: string;
  readonly rowMode?: 'array';
  readonly types?: { getTypeParser(): (text: string) => unknown };
}

/** Lends connections of a data source's pool for statements that are in no transaction but their own. */
export interface Connections {
  /** @throws what the pool throws, and what the work throws */
  use<T>(work: (client: PoolClient, runner: QueryRunner) => Promise<T>): Promise<T>;
}

/** To each its own, for as long as it takes. */
export class SeparateConnections implements Connections {
  constructor(private readonly dataSource: DataSource) {}

  async use<T>(work: (client: PoolClient, runner: QueryRunner) => Promise<T>): Promise<T> {
    const runner = newRunner(this.dataSource);
    try {
      return await work((await runner.connect()) as PoolClient, runner);
    } finally {
      await runner.release();
    }
  }
}

/** The connection of no transaction that the running code may be in. */
export function newRunner(dataSource: DataSource): QueryRunner {
  return outsideOfJoins(() => dataSource.createQueryRunner());
}
