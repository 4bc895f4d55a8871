import { Client } from 'pg';

/** The URL of a database on the test server, through a pooler if there is one. */
export function databaseUrl(name: string): string {
  return withDatabase(testUrl(), name);
}

/** The URL of a database on the test server, past a pooler. */
export function directDatabaseUrl(name: string): string {
  return withDatabase(adminUrl(), name);
}

/** Runs some work on a connection to the server's own database, and closes it. */
export async function asAdmin<T>(work: (admin: Client) => Promise<T>): Promise<T> {
  const admin = new Client({ connectionString: adminUrl(), application_name: 'nestevents-test-admin' });
  admin.on('error', () => undefined); // a lost connection also rejects the query
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
}

function withDatabase(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${encodeURIComponent(name)}`;
  return url.href;
}

function adminUrl(): string {
  return process.env.NESTEVENTS_TEST_ADMIN_URL || testUrl();
}

function testUrl(): string {
  const url = process.env.NESTEVENTS_TEST_URL;
  if (!url)
    throw new Error('NESTEVENTS_TEST_URL is not set: run the specs with `npm test`, whose set-up sets it.');
  return url;
}
