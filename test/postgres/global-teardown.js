import { stopTestServer } from './test-server.js';

/** Stops the server that global-setup.js started, and removes its directory. */
export default async function globalTeardown() {
  await stopTestServer();
  delete process.env.NESTEVENTS_TEST_URL;
  delete process.env.NESTEVENTS_TEST_ADMIN_URL;
}
