import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { typesCommand } from '../../src/cli/typescript/types.command.js';
import { SchemaRegistry } from '../../src/schema/index.js';
import { run } from '../unit/cli/command-run.js';
import { readPages, type CodeBlock } from './markdown-pages.js';

/** The file that a block of JSON is, by the line before it: `` `avro/todo/v1_todo_created.json`: ``. */
function schemaPath({ language, before }: CodeBlock): string | undefined {
  return language === 'json' ? /^`avro\/([\w/.-]+)`:?$/.exec(before)?.[1] : undefined;
}

describe('the schemas on the pages', () => {
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'nestevents-docs-'));
  });

  afterEach(async () => {
    await rm(directory, { recursive: true });
  });

  it('are accepted, those of each page together', async () => {
    let count = 0;
    for (const page of await readPages()) {
      const contracts = [];
      const folder = path.join(directory, page.path);
      for (const block of page.blocks) {
        const file = schemaPath(block);
        if (file === undefined) continue;
        count += 1;
        await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
        await writeFile(path.join(folder, file), block.text);
        const [, aggregateType, eventType] = /^(\w+)\/v\d+_(\w+)\.json$/.exec(file) ?? [];
        if (aggregateType && eventType) contracts.push({ aggregateType, eventType, eventClass: eventType });
      }
      if (contracts.length === 0) continue;
      const { registry, problems } = SchemaRegistry.load({ directory: folder }, contracts);
      expect([page.path, problems]).toEqual([page.path, []]);
      for (const each of contracts) expect(registry.newest(each.aggregateType, each.eventType)).toBeDefined();
    }
    expect(count).toBeGreaterThan(4);
  });

  it('have the types that docs/schemas.md shows', async () => {
    const page = (await readPages()).find(({ path: name }) => name === 'docs/schemas.md')!;
    for (const block of page.blocks) {
      const file = path.join(directory, schemaPath(block) ?? 'none.txt');
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, block.text);
    }
    const { out, err } = await run(['schema', 'types', directory], { commands: [typesCommand] });
    expect(err).toBe('');
    const shown = page.blocks.find(({ text }) => text.includes('export interface'))!.text;
    for (const declaration of shown.split('\n\n')) expect(out).toContain(declaration.trim());
  });
});
