import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import { joinOf, outsideOfJoins } from './join.js';

const prepared = new WeakSet<DataSource>();

/**
 * Makes a data source able to have its repositories, managers and query builders take part in a handler's transaction;
 * again is harmless. Outside of a join, all is as before.
 *
 * Whatever has no query runner of its own asks the data source for one when it is about to send SQL. In a join it is
 * given the one of the transaction, so that it does not matter when a repository, a manager or a builder was made.
 *
 * `dataSource.query(sql, parameters)` and `dataSource.sql` do not take part: the event store uses them, and what it
 * appends must not depend on a handler's transaction.
 */
export function makeJoinable(dataSource: DataSource): void {
  if (prepared.has(dataSource)) return;
  prepared.add(dataSource);
  joinRunners(dataSource);
  joinQueries(dataSource);
  joinSavepoints(dataSource.manager);
}

function joinRunners(dataSource: DataSource): void {
  const createQueryRunner = dataSource.createQueryRunner.bind(dataSource);
  dataSource.createQueryRunner = (mode) => {
    const join = joinOf(dataSource);
    if (!join) return createQueryRunner(mode);
    join.transaction.assertOpen();
    return borrowed(join.transaction.runner);
  };
  const createEntityManager = dataSource.createEntityManager.bind(dataSource);
  dataSource.createEntityManager = (runner) => joinSavepoints(createEntityManager(runner));
}

function joinQueries(dataSource: DataSource): void {
  type Query = (...args: unknown[]) => Promise<unknown>;
  const query = dataSource.query.bind(dataSource) as Query;
  // A manager always passes its query runner, if only as `undefined`; that is how its queries are told from others.
  const joined: Query = (...args) =>
    args.length > 2 ? query(...args) : outsideOfJoins(() => query(...args));
  Object.assign(dataSource, { query: joined });
}

/** Several savepoints on one connection must not be interleaved, nor may anything else end up in one of them. */
function joinSavepoints(manager: EntityManager): EntityManager {
  type Begin = (...args: unknown[]) => Promise<unknown>;
  const begin = manager.transaction.bind(manager) as Begin;
  const inTurn: Begin = async (...args) => {
    const transaction = joinOf(manager.dataSource)?.transaction;
    const joins = transaction && (!manager.queryRunner || manager.queryRunner === transaction.runner);
    return joins ? transaction.inTurn(() => begin(...args)) : begin(...args);
  };
  return Object.assign(manager, { transaction: inTurn });
}

/** The query runner for somebody who will release it when done, which the transaction is not. */
function borrowed(runner: QueryRunner): QueryRunner {
  return new Proxy(runner, {
    get(target, key) {
      if (key === 'release') return async () => undefined;
      const value: unknown = Reflect.get(target, key);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
    set: (target, key, value) => Reflect.set(target, key, value),
  });
}
