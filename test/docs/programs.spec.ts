import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createEmptyDatabase, type TestDatabase } from '../postgres/test-database.js';
import { outputOf } from './example-output.js';
import { readPages } from './markdown-pages.js';

describe('a program of the pages', () => {
  const { env } = process;
  const home = process.cwd();
  let database: TestDatabase;
  let directory: string;

  beforeEach(async () => {
    database = await createEmptyDatabase();
    directory = await mkdtemp(path.join(tmpdir(), 'nestevents-docs-'));
    process.env = { ...env, DATABASE_URL: database.url };
    process.chdir(directory);
  });

  afterEach(async () => {
    process.env = env;
    process.chdir(home);
    await database.drop();
    await rm(directory, { recursive: true });
  });

  it('prints in README.md what is said there', async () => {
    const [page] = await readPages();
    for (const { before, language, text } of page!.blocks) {
      const file = /^`(avro\/.*)`:$/.exec(before)?.[1];
      if (language !== 'json' || file === undefined) continue;
      await mkdir(path.dirname(path.join(directory, file)), { recursive: true });
      await writeFile(path.join(directory, file), text);
    }
    const expected = page!.blocks.find(({ language }) => language === 'text');
    expect(await outputOf('todo')).toEqual(expected!.text.trimEnd().split('\n'));
  });

  it('prints in docs/getting-started.md what is said there', async () => {
    const page = (await readPages()).find(({ path: name }) => name === 'docs/getting-started.md');
    const expected = page!.blocks.find(({ language }) => language === 'text');
    const output = (await outputOf('main')).map((line) =>
      line.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '…'),
    );
    expect(output).toEqual(expected!.text.trimEnd().split('\n'));
  });
});
