import type { QueryRunner } from 'typeorm';

/** The end of the last turn on each connection. */
const turns = new WeakMap<QueryRunner, Promise<void>>();

/**
 * Does work in a caller's transaction after all that was asked for before it there.
 *
 * Whatever uses savepoints needs it: two on one connection must not be interleaved, nor may work of one end up in the
 * savepoint of another, which could be rolled back. Work that waits for another turn on the same connection waits for
 * ever.
 */
export async function inTurn<T>(queryRunner: QueryRunner, work: () => Promise<T>): Promise<T> {
  const done = (turns.get(queryRunner) ?? Promise.resolve()).then(work);
  turns.set(
    queryRunner,
    done.then(
      () => undefined,
      () => undefined,
    ),
  );
  return done;
}
