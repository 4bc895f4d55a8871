import { randomBytes } from 'node:crypto';
import { asAdmin, databaseUrl, directDatabaseUrl } from './admin-connection.js';
import { ensureTemplate, type Template } from './template.js';

/** A database of one spec file's own. */
export interface TestDatabase {
  url: string;
  /** Past a pooler, where the tests run through one: for what only a connection to the server itself can do. */
  directUrl: string;
  name: string;
  /** Removes it, with whatever is still connected to it; may be called again. */
  drop(): Promise<void>;
}

/** A database of its own for a spec file, cloned from the migrated template. */
export async function createTestDatabase(): Promise<TestDatabase> {
  // Loaded here, so that tests of the harness do not need the library.
  const { journalTemplate } = await import('./journal-template.js');
  return cloneTemplate(await journalTemplate());
}

/** An empty database, for tests of migrations themselves. */
export async function createEmptyDatabase(): Promise<TestDatabase> {
  return createDatabase('template0');
}

/** A database with the content of a template, which is built when the server does not have it. */
export async function cloneTemplate(template: Template): Promise<TestDatabase> {
  await ensureTemplate(template);
  return createDatabase(template.name);
}

async function createDatabase(source: string): Promise<TestDatabase> {
  const name = `nestevents_test_${randomBytes(6).toString('hex')}`;
  await asAdmin((admin) => admin.query(`CREATE DATABASE ${name} TEMPLATE ${admin.escapeIdentifier(source)}`));
  return {
    name,
    url: databaseUrl(name),
    directUrl: directDatabaseUrl(name),
    drop: () =>
      asAdmin(async (admin) => void (await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`))),
  };
}
