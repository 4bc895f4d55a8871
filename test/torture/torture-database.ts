import { randomBytes } from 'node:crypto';
import { DataSource } from 'typeorm';
import { eventSourcingEntities, eventSourcingMigrations } from '../../src/typeorm/index.js';
import { asAdmin, databaseUrl } from '../postgres/admin-connection.js';
import { READ_MODELS } from './account-figures.js';

/** A database of one torture's own. */
export interface TortureDatabase {
  readonly name: string;
  readonly url: string;
  /** Removes it, with whatever is still connected to it. */
  drop(): Promise<void>;
}

/** Makes a database with the tables of the library and the read models of the torture. */
export async function createTortureDatabase(): Promise<TortureDatabase> {
  const name = `nestevents_torture_${randomBytes(6).toString('hex')}`;
  await asAdmin((admin) => admin.query(`CREATE DATABASE ${name}`));
  const drop = (): Promise<void> =>
    asAdmin(async (admin) => void (await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)));
  const url = databaseUrl(name);
  try {
    const library = { entities: eventSourcingEntities, migrations: eventSourcingMigrations };
    await inDataSource({ type: 'postgres', url, ...library }, async (source) => {
      await source.runMigrations();
    });
    await inDataSource({ type: 'postgres', url, entities: READ_MODELS }, async (source) => {
      await source.synchronize();
    });
  } catch (error) {
    await drop();
    throw error;
  }
  return { name, url, drop };
}

async function inDataSource(
  options: ConstructorParameters<typeof DataSource>[0],
  work: (source: DataSource) => Promise<void>,
): Promise<void> {
  const source = await new DataSource(options).initialize();
  try {
    await work(source);
  } finally {
    await source.destroy();
  }
}
