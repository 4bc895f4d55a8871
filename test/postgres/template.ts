import type { Client } from 'pg';
import { asAdmin, directDatabaseUrl } from './admin-connection.js';

/** A database that is built once and cloned for every spec file. */
export interface Template {
  /** Must change with what `build` makes: a server outside may keep it between runs. */
  name: string;
  /** Fills an empty database, and closes its connections. */
  build(url: string): Promise<void>;
}

/**
 * Builds a template unless the server has it, also when several workers ask at once.
 *
 * It is built under another name and renamed, so it is never half built; and it takes no connections, because
 * one would keep others from cloning it. Clones do not hinder each other.
 */
export async function ensureTemplate(template: Template): Promise<void> {
  await asAdmin(async (admin) => {
    if (await exists(admin, template.name)) return;
    await admin.query(`SELECT pg_advisory_lock(hashtext('nestevents test template'))`); // until we disconnect
    if (!(await exists(admin, template.name))) await build(admin, template);
  });
}

async function exists(admin: Client, name: string): Promise<boolean> {
  const { rowCount } = await admin.query('SELECT FROM pg_database WHERE datname = $1', [name]);
  return rowCount === 1;
}

async function build(admin: Client, template: Template): Promise<void> {
  const name = admin.escapeIdentifier(template.name);
  const unfinished = `${template.name}_unfinished`;
  const draft = admin.escapeIdentifier(unfinished);
  await admin.query(`DROP DATABASE IF EXISTS ${draft} WITH (FORCE)`);
  await admin.query(`CREATE DATABASE ${draft} TEMPLATE template0`);
  await template.build(directDatabaseUrl(unfinished));
  await admin.query(`ALTER DATABASE ${draft} WITH ALLOW_CONNECTIONS false`);
  await admin.query(`ALTER DATABASE ${draft} RENAME TO ${name}`);
}
