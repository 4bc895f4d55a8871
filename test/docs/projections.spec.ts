import type { INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { Server } from 'node:http';
import request from 'supertest';
import { assertNoConnectionsLeft } from '../postgres/leaks.js';
import { createEmptyDatabase, type TestDatabase } from '../postgres/test-database.js';
import { fileName } from './example-files.js';
import { outputOf } from './example-output.js';
import { readPages } from './markdown-pages.js';

describe('docs/projections.md', () => {
  const { env } = process;
  // One for all: a module of an example reads its address when it is imported.
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createEmptyDatabase();
    process.env = { ...env, DATABASE_URL: database.url };
  });

  afterAll(async () => {
    process.env = env;
    await assertNoConnectionsLeft(database);
    await database.drop();
  });

  /** What the page says that a program prints: the block of text after it. */
  async function shownOutput(program: string): Promise<string[]> {
    const { blocks } = (await readPages()).find(({ path }) => path === 'docs/projections.md')!;
    const index = blocks.findIndex((block) => fileName(block) === `${program}.ts`);
    expect(blocks[index + 1]).toMatchObject({ language: 'text' });
    return blocks[index + 1]!.text.trimEnd().split('\n');
  }

  it('has a program with a projection that prints what is said there', async () => {
    expect(await outputOf('list-todos')).toEqual(await shownOutput('list-todos'));
  });

  it('recovers a table that was dropped, and rebuilds one beside the old', async () => {
    expect(await outputOf('recover-balances')).toEqual(await shownOutput('recover-balances'));
    const printed = await outputOf('rebuild-statement');
    // On a slow machine it shows its progress before.
    expect(printed.slice(-1)).toEqual((await shownOutput('rebuild-statement')).slice(-1));
  });

  it('reads its own writes over HTTP', async () => {
    const { TodoListModule } = await import('./examples/todo-list.module.js');
    const module = await Test.createTestingModule({ imports: [TodoListModule] }).compile();
    const app = module.createNestApplication<INestApplication<Server>>({ logger: false });
    await app.init();
    const server = app.getHttpServer();
    for (const label of ['milk', 'bread', 'tea']) {
      const { body } = await request(server).post('/todos').send({ label }).expect(201);
      const { body: rows } = await request(server).get(`/todos?after=${body.position}`).expect(200);
      expect(rows).toContainEqual({ id: body.id, label, changes: 1 });
    }
    await request(server).get('/todos?after=x').expect(400);
    await app.close();
  });
});
