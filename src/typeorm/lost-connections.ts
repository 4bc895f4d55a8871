import type { DataSource } from 'typeorm';

interface Client {
  on(event: 'error', listener: () => void): void;
}

interface Pool {
  on(event: 'acquire', listener: (client: Client) => void): void;
}

const guarded = new WeakSet<object>();

/**
 * Keeps a connection that is lost in the moment in which it is taken out of the pool from ending the process.
 *
 * The pool stops listening to a connection when it gives it away, and TypeORM begins a moment later; an error in
 * between has no listener, which Node takes for a crash. Whoever uses the connection is told by the failed statement.
 */
export function surviveLostConnections(dataSource: DataSource): void {
  const { master } = dataSource.driver as unknown as { master?: Pool };
  if (!master || guarded.has(master)) return;
  guarded.add(master);
  master.on('acquire', (client) => {
    if (guarded.has(client)) return;
    guarded.add(client);
    client.on('error', () => undefined);
  });
}
