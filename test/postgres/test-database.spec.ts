import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { asAdmin } from './admin-connection.js';
import type { Template } from './template.js';
import {
  cloneTemplate,
  createEmptyDatabase,
  createTestDatabase,
  type TestDatabase,
} from './test-database.js';

const databases: TestDatabase[] = [];
const templates: Template[] = [];

afterAll(async () => {
  for (const database of databases) await database.drop();
  await asAdmin(async (admin) => {
    for (const { name } of templates) await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  });
});

async function query<T extends object>({ url }: { url: string }, sql: string): Promise<T[]> {
  const client = new Client(url);
  await client.connect();
  try {
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end();
  }
}

function kept(...created: TestDatabase[]): TestDatabase[] {
  databases.push(...created);
  return created;
}

function newTemplate(sql = 'CREATE TABLE thing AS SELECT 1 AS row'): Template & { built: number } {
  const template = {
    name: `nestevents_template_test_${randomBytes(6).toString('hex')}`,
    built: 0,
    build: async (url: string) => {
      template.built++;
      await query({ url }, sql);
    },
  };
  templates.push(template);
  return template;
}

describe('clones of a template', () => {
  it('have its content, and are apart from each other', async () => {
    const template = newTemplate();
    const [one, two] = kept(await cloneTemplate(template), await cloneTemplate(template));
    await query(one!, 'INSERT INTO thing VALUES (2)');
    expect(await query(two!, 'SELECT row FROM thing')).toEqual([{ row: 1 }]);
    expect(await query(one!, 'SELECT row FROM thing ORDER BY 1')).toEqual([{ row: 1 }, { row: 2 }]);
  });

  it('may be made many at once, the template being built once', async () => {
    const template = newTemplate();
    const clones = kept(...(await Promise.all(Array.from({ length: 20 }, () => cloneTemplate(template)))));
    expect(template.built).toBe(1);
    expect(new Set(clones.map(({ name }) => name)).size).toBe(20);
    for (const clone of clones) expect(await query(clone, 'SELECT row FROM thing')).toEqual([{ row: 1 }]);
  });

  it('are made anew after a build that failed half-way', async () => {
    const template = newTemplate('CREATE TABLE thing AS SELECT 1 AS row; COMMIT; SELECT 1 / 0');
    await expect(cloneTemplate(template)).rejects.toThrow('division by zero');
    const [clone] = kept(
      await cloneTemplate({
        name: template.name,
        build: async (url) => void (await query({ url }, 'CREATE TABLE thing()')),
      }),
    );
    expect(await query(clone!, 'SELECT * FROM thing')).toEqual([]);
  });
});

describe('a test database', () => {
  it('is dropped with its connections, and may be dropped again', async () => {
    const [database] = kept(await createEmptyDatabase());
    const client = new Client(database!.url);
    const lost = new Promise<Error>((resolve) => client.on('error', resolve));
    await client.connect();
    await database!.drop();
    expect((await lost).message).toMatch(/terminat/);
    await expect(query(database!, 'SELECT 1')).rejects.toThrow(/does not exist/);
    await database!.drop();
  });

  it('is empty when asked for', async () => {
    const [database] = kept(await createEmptyDatabase());
    expect(await query(database!, `SELECT FROM pg_tables WHERE schemaname = 'public'`)).toEqual([]);
  });

  it('is migrated otherwise', async () => {
    const [database] = kept(await createTestDatabase());
    expect(await query(database!, `SELECT to_regclass('event_journal')::text AS journal`)).toEqual([
      { journal: 'event_journal' },
    ]);
  });
});
