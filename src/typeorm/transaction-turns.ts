import { AsyncLocalStorage } from 'node:async_hooks';
import type { QueryRunner } from 'typeorm';

/** The connection whose turn the running code has. */
const held = new AsyncLocalStorage<QueryRunner>();
/** The end of the last turn on each connection. */
const turns = new WeakMap<QueryRunner, Promise<void>>();

/**
 * Does work in a caller's transaction after all that was asked for before it there.
 *
 * Whatever uses savepoints needs it: two on one connection must not be interleaved, nor may work of one end up in the
 * savepoint of another, which could be rolled back. What is asked for within a turn belongs to it.
 */
export async function inTurn<T>(queryRunner: QueryRunner, work: () => Promise<T>): Promise<T> {
  if (held.getStore() === queryRunner) return work();
  const done = (turns.get(queryRunner) ?? Promise.resolve()).then(() => held.run(queryRunner, work));
  turns.set(
    queryRunner,
    done.then(
      () => undefined,
      () => undefined,
    ),
  );
  return done;
}
