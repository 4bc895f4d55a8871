import type { DataSource, QueryRunner } from 'typeorm';
import { newRunner, SeparateConnections, type Connections, type PoolClient } from './connections.js';

/**
 * For how many milliseconds others may join who has a connection. No longer than it takes to find out that somebody is
 * held up: who is sent past such a statement is not to wait behind it.
 */
const JOINABLE = 50;

/** A connection that is in use. */
interface Lane {
  readonly runner: QueryRunner;
  /** `undefined` where it cannot be had as it has to be. */
  readonly client: Promise<PoolClient | undefined>;
  readonly joinableUntil: number;
  users: number;
}

/**
 * One connection for all who come while it is in use: their statements go out one behind the other, and the next is
 * with the database when it is done with the last. So the database neither waits for this process, nor does it have two
 * statements compete for a processor while this process waits for both.
 *
 * For statements that give up soon when a lock is in their way, as others wait behind them. Now and then the connection
 * goes back to the pool, where others wait for one too, and which may have to replace it.
 *
 * Where `pg` cannot do so, or where a pooler is in between, which may not be able to, it is to each its own.
 */
export class PipelinedConnection implements Connections {
  readonly #separate: SeparateConnections;
  #lane: Lane | undefined;
  #isPossible = true;
  /** Those that are known to lead to the server itself. */
  readonly #direct = new WeakSet<PoolClient>();
  /** Those that pipeline whoever uses them, as the application has it. */
  readonly #pipelining = new WeakSet<PoolClient>();

  constructor(private readonly dataSource: DataSource) {
    this.#separate = new SeparateConnections(dataSource);
  }

  async use<T>(work: (client: PoolClient, runner: QueryRunner) => Promise<T>): Promise<T> {
    if (this.#isPossible) {
      const lane = this.#joinable() ?? this.#open();
      lane.users += 1;
      try {
        const client = await lane.client;
        if (client) return await work(client, lane.runner);
      } catch (error) {
        // The connection may be lost.
        this.#close(lane);
        throw error;
      } finally {
        lane.users -= 1;
        if (lane.users === 0) await this.#release(lane);
      }
    }
    return this.#separate.use(work);
  }

  #joinable(): Lane | undefined {
    return this.#lane && performance.now() < this.#lane.joinableUntil ? this.#lane : undefined;
  }

  #open(): Lane {
    const runner = newRunner(this.dataSource);
    const client = this.#connect(runner);
    this.#lane = { runner, client, joinableUntil: performance.now() + JOINABLE, users: 0 };
    return this.#lane;
  }

  async #connect(runner: QueryRunner): Promise<PoolClient | undefined> {
    const client = (await runner.connect()) as PoolClient;
    if (client.pipeline === undefined || !(await this.#isDirect(client))) {
      this.#isPossible = false;
      return undefined;
    }
    if (client.pipeline) this.#pipelining.add(client);
    client.pipeline = true;
    return client;
  }

  /** A pooler makes up the process it tells of, as the server's is another one every time. */
  async #isDirect(client: PoolClient): Promise<boolean> {
    if (this.#direct.has(client)) return true;
    const { rows } = await client.query({ text: 'select pg_backend_pid() as pid' }, []);
    const isDirect = Number((rows as { pid: unknown }[])[0]!.pid) === client.processID;
    if (isDirect) this.#direct.add(client);
    return isDirect;
  }

  /** Nobody else joins. */
  #close(lane: Lane): void {
    if (this.#lane === lane) this.#lane = undefined;
  }

  async #release(lane: Lane): Promise<void> {
    this.#close(lane);
    const client = await lane.client.catch(() => undefined);
    if (client) client.pipeline = this.#pipelining.has(client);
    await lane.runner.release();
  }
}
