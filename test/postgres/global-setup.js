import { startTestServer } from './test-server.js';

/**
 * Gives all integration specs a server: the one of DATABASE_URL, else an embedded PostgreSQL in a temporary
 * directory. Its URL, of a user who may create databases, goes to the workers as NESTEVENTS_TEST_URL.
 *
 * Where DATABASE_URL leads through a pooler, ADMIN_DATABASE_URL is the way past it, on which databases are made, dropped
 * and looked at.
 */
export default async function globalSetup() {
  const { DATABASE_URL, ADMIN_DATABASE_URL } = process.env;
  process.env.NESTEVENTS_TEST_URL = DATABASE_URL || (await startTestServer());
  if (DATABASE_URL && ADMIN_DATABASE_URL) process.env.NESTEVENTS_TEST_ADMIN_URL = ADMIN_DATABASE_URL;
}
