import { createServer } from 'node:net';
import { describeFailure, StartUpError } from './start-up-failure.js';

/** Finds out before the long work of an import that the port is taken. @throws StartUpError */
export async function assertPortIsFree(port: number): Promise<void> {
  const probe = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      probe.once('error', reject).listen(port, resolve);
    });
  } catch (error) {
    throw new StartUpError(
      `Port ${port} cannot be used (${describeFailure(error)}). Choose another one: PORT=3001 npm start`,
      { cause: error },
    );
  }
  await new Promise((resolve) => probe.close(resolve));
}
