import { startTestServer } from './test-server.js';

/**
 * Gives all integration specs a server: the one of DATABASE_URL, else an embedded PostgreSQL in a temporary
 * directory. Its URL, of a user who may create databases, goes to the workers as NESTEVENTS_TEST_URL.
 */
export default async function globalSetup() {
  process.env.NESTEVENTS_TEST_URL = process.env.DATABASE_URL || (await startTestServer());
}
