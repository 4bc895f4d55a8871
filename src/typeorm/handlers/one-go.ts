import type { PoolClient } from '../connections.js';

/**
 * Does two things on a connection that nobody else uses, where each sends one statement: the second goes out behind the
 * first without waiting for its answer, if `pg` can do so. It must not matter to the second whether the first succeeds.
 *
 * @throws what the first throws, else what the second throws; both are over then
 */
export async function inOneGo<A, B>(
  client: PoolClient,
  first: () => Promise<A>,
  second: () => Promise<B>,
): Promise<[A, B]> {
  const { pipeline } = client;
  if (pipeline === undefined) return [await first(), await second()];
  client.pipeline = true;
  const { sent, forget } = nextSent(client);
  try {
    const one = first();
    // What fails before it sends anything is not followed by anything.
    const two = Promise.race([sent, one]).then(second);
    await Promise.allSettled([one, two]);
    return [await one, await two];
  } finally {
    forget();
    client.pipeline = pipeline;
  }
}

/** Tells when the next statement is sent, which TypeORM does some time after it is asked to. */
function nextSent(client: PoolClient): { sent: Promise<void>; forget: () => void } {
  const own = Object.getOwnPropertyDescriptor(client, 'query');
  const forget = (): void => {
    if (own) Object.defineProperty(client, 'query', own);
    else Reflect.deleteProperty(client, 'query');
  };
  const sent = new Promise<void>((resolve) => {
    const query = (...args: Parameters<PoolClient['query']>): ReturnType<PoolClient['query']> => {
      forget();
      resolve();
      return client.query(...args);
    };
    Object.defineProperty(client, 'query', { value: query, configurable: true, writable: true });
  });
  return { sent, forget };
}
