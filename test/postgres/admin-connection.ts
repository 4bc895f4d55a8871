import { Client } from 'pg';

/** The URL of a database on the test server. */
export function databaseUrl(name: string): string {
  const url = new URL(adminUrl());
  url.pathname = `/${encodeURIComponent(name)}`;
  return url.href;
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

function adminUrl(): string {
  const url = process.env.NESTEVENTS_TEST_URL;
  if (!url)
    throw new Error('NESTEVENTS_TEST_URL is not set: run the specs with `npm test`, whose set-up sets it.');
  return url;
}
