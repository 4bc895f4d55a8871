import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { DataSource } from 'typeorm';
import { eventSourcingEntities, eventSourcingMigrations } from '../../src/typeorm/index.js';
import type { Template } from './template.js';

/** The template with our migrations applied, named after the sources they come from. */
export async function journalTemplate(): Promise<Template> {
  return { name: `nestevents_template_${await hashOfSources()}`, build: migrate };
}

async function migrate(url: string): Promise<void> {
  const dataSource = new DataSource({
    type: 'postgres',
    url,
    entities: eventSourcingEntities,
    migrations: eventSourcingMigrations,
  });
  await dataSource.initialize();
  try {
    await dataSource.runMigrations();
  } finally {
    await dataSource.destroy();
  }
}

async function hashOfSources(): Promise<string> {
  const folder = path.resolve(import.meta.dirname, '../../src/typeorm');
  const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith('.ts')).sort();
  const hash = createHash('sha256');
  for (const file of files) hash.update(file).update(await readFile(path.join(folder, file)));
  return hash.digest('hex').slice(0, 12);
}
