import type { DataSource, QueryRunner } from 'typeorm';
import { newRunner, SeparateConnections, type Connections, type PoolClient } from './connections.js';

/** For how many milliseconds others may join who has a connection. */
const JOINABLE = 50;

/** A connection that is in use. */
interface Lane {
  readonly runner: QueryRunner;
  readonly client: Promise<PoolClient>;
  readonly joinableUntil: number;
  users: number;
  /** What the connection is as it comes from the pool. */
  pipeline?: boolean;
}

/**
 * One connection for all who come while it is in use: their statements go out one behind the other, and the next is
 * with the database when it is done with the last. So the database neither waits for this process, nor does it have two
 * statements compete for a processor while this process waits for both.
 *
 * For statements that give up soon when a lock is in their way, as others wait behind them. Now and then the connection
 * goes back to the pool, where others wait for one too, and which may have to replace it.
 */
export class PipelinedConnection implements Connections {
  readonly #separate: SeparateConnections;
  #lane: Lane | undefined;
  #isPossible = true;

  constructor(private readonly dataSource: DataSource) {
    this.#separate = new SeparateConnections(dataSource);
  }

  async use<T>(work: (client: PoolClient, runner: QueryRunner) => Promise<T>): Promise<T> {
    if (!this.#isPossible) return this.#separate.use(work);
    const lane = this.#joinable() ?? this.#open();
    lane.users += 1;
    try {
      const client = await lane.client;
      this.#pipeline(client, lane);
      return await work(client, lane.runner);
    } catch (error) {
      // The connection may be lost.
      this.#close(lane);
      throw error;
    } finally {
      lane.users -= 1;
      if (lane.users === 0) await this.#release(lane);
    }
  }

  #joinable(): Lane | undefined {
    return this.#lane && performance.now() < this.#lane.joinableUntil ? this.#lane : undefined;
  }

  #open(): Lane {
    const runner = newRunner(this.dataSource);
    const client = runner.connect() as Promise<PoolClient>;
    const lane: Lane = { runner, client, joinableUntil: performance.now() + JOINABLE, users: 0 };
    this.#lane = lane;
    return lane;
  }

  #pipeline(client: PoolClient, lane: Lane): void {
    if (client.pipeline === undefined) this.#isPossible = false;
    else if (lane.pipeline === undefined) {
      lane.pipeline = client.pipeline;
      client.pipeline = true;
    }
  }

  /** Nobody else joins. */
  #close(lane: Lane): void {
    if (this.#lane === lane) this.#lane = undefined;
  }

  async #release(lane: Lane): Promise<void> {
    this.#close(lane);
    if (lane.pipeline !== undefined) (await lane.client).pipeline = lane.pipeline;
    await lane.runner.release();
  }
}
