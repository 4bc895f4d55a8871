import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { asAdmin } from './admin-connection.js';
import type { TestDatabase } from './test-database.js';

/**
 * Ends connections to a database from the server's side, as a fail-over or an administrator would, and waits
 * until they have gone.
 *
 * @param whereSql chooses among them by the columns of pg_stat_activity, such as `state = 'active'`
 * @returns how many were ended
 */
export async function killBackends(db: TestDatabase, whereSql = 'true'): Promise<number> {
  return asAdmin(async (admin) => {
    const { rows } = await admin.query<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity WHERE datname = $1 AND backend_type = 'client backend' AND (${whereSql})`,
      [db.name],
    );
    const pids = rows.map(({ pid }) => pid);
    await admin.query('SELECT pg_terminate_backend(pid) FROM unnest($1::int[]) AS pid', [pids]);
    await admin.query('SELECT pg_terminate_backend(pid, 5000) FROM unnest($1::int[]) AS pid', [pids]);
    return pids.length;
  });
}

/** A way to the server that can be interrupted. */
export interface CuttableProxy {
  /** Leads to the same database through the proxy. */
  url: string;
  /** Breaks all connections at once, without a goodbye; new ones are let through. @returns how many there were */
  cutAll(): number;
  /** Breaks all connections and lets no new ones through. */
  close(): Promise<void>;
}

/** Puts a TCP proxy in front of a server, to test connections that break in the network. */
export async function createCuttableProxy(url: string): Promise<CuttableProxy> {
  const target = new URL(url);
  const links = new Set<{ near: Socket; far: Socket }>();

  const proxy = createServer((near) => {
    const far = connect(Number(target.port || 5432), target.hostname);
    const link = { near, far };
    links.add(link);
    near.pipe(far).pipe(near);
    for (const socket of [near, far]) {
      socket.setNoDelay(true);
      socket.on('error', () => undefined); // always followed by `close`
      socket.once('close', () => {
        links.delete(link);
        near.destroy();
        far.destroy();
      });
    }
  });
  await new Promise<void>((resolve, reject) => {
    proxy.once('error', reject).listen(0, '127.0.0.1', resolve);
  });

  const cutAll = (): number => {
    const { size } = links;
    for (const { near, far } of links) {
      near.resetAndDestroy();
      far.resetAndDestroy();
    }
    links.clear();
    return size;
  };
  const close = async (): Promise<void> => {
    const closed = new Promise((resolve) => proxy.close(resolve));
    cutAll();
    await closed;
  };
  const through = new URL(url);
  through.hostname = '127.0.0.1';
  through.port = String((proxy.address() as AddressInfo).port);
  return { url: through.href, cutAll, close };
}
