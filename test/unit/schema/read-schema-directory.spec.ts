import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { SchemaRegistry } from '../../../src/schema/index.js';
import { load, record, removeSchemaDirectories, schemaDirectory, TODO_CREATED } from './schema-directory.js';

afterAll(removeSchemaDirectories);

const OK = record({ label: 'string' });

describe('the directory', () => {
  const many = [TODO_CREATED, { ...TODO_CREATED, eventType: 'other' }];

  it('is one problem if it is missing, however many events there are', () => {
    const { problems } = SchemaRegistry.load({ directory: 'no/such/avro' }, many);
    expect(problems).toEqual([
      {
        code: 'SCHEMA_DIRECTORY_MISSING',
        file: 'no/such/avro',
        message: `The schema directory ${resolve('no/such/avro')} does not exist; create it, or set "schemas.directory" to the right one.`,
      },
    ]);
  });

  it('is one problem if it is a file', () => {
    const { problems } = SchemaRegistry.load({ directory: 'package.json' }, many);
    expect(problems.map(({ code }) => code)).toEqual(['SCHEMA_DIRECTORY_NOT_A_DIRECTORY']);
    expect(problems[0]?.message).toContain(resolve('package.json'));
  });

  it('is missing only if there is nothing of its name', () => {
    const directory = schemaDirectory({});
    symlinkSync('loop', join(directory, 'loop'));
    symlinkSync('gone', join(directory, 'dangling'));
    const found = ['none', 'loop', 'dangling', 'x'.repeat(300)].map(
      (name) => SchemaRegistry.load({ directory: join(directory, name) }, many).problems,
    );
    expect(found.map((problems) => problems.map(({ code }) => code))).toEqual([
      ['SCHEMA_DIRECTORY_MISSING'],
      ['SCHEMA_DIRECTORY_UNREADABLE'],
      ['SCHEMA_DIRECTORY_UNREADABLE'],
      ['SCHEMA_DIRECTORY_UNREADABLE'],
    ]);
    expect(found[2]?.[0]?.message).toContain(
      `${join(directory, 'dangling')} is a link to gone, which does not exist; correct it, or set`,
    );
  });

  it('may be a link, and may hold links that stay inside, even round in a circle', () => {
    const { directory } = load({ 'todo/v1_todo_created.json': OK });
    symlinkSync('v1_todo_created.json', join(directory, 'todo/v2_todo_created.json'));
    symlinkSync('..', join(directory, 'todo/up'));
    const link = join(schemaDirectory({}), 'link');
    symlinkSync(directory, link);
    const { registry, problems } = SchemaRegistry.load({ directory: link }, [TODO_CREATED]);
    expect(problems).toEqual([]);
    expect(registry.newest('todo', 'todo_created')?.version).toBe(2);
  });

  it('may hold links to its own folders, which are read under their own names all the same', () => {
    const { directory } = load({
      'todo/v1_todo_created.json': OK,
      'todo/v1_zip.json': '{',
      'zoo/deep/v1_a.json': OK,
    });
    // They come before the folders in the order of names, at the top and further down.
    symlinkSync('todo', join(directory, 'alias'));
    symlinkSync('../zoo/deep', join(directory, 'todo/deep'));
    const zoo = { ...TODO_CREATED, aggregateType: 'zoo/deep', eventType: 'a', eventClass: 'TodoCreated' };
    const { registry, problems } = SchemaRegistry.load({ directory }, [TODO_CREATED, zoo]);
    expect(problems.map(({ code, file }) => [code, file?.slice(directory.length)])).toEqual([
      ['SCHEMA_NOT_JSON', '/todo/v1_zip.json'],
    ]);
    expect(registry.newest('todo', 'todo_created')?.file).toBe(join(directory, 'todo/v1_todo_created.json'));
    expect(registry.newest('zoo/deep', 'a')?.version).toBe(1);
  });

  it('may hold links that lead to a folder which is skipped otherwise', () => {
    const { directory } = load({ '.store/v1_todo_created.json': OK });
    symlinkSync('.store', join(directory, 'todo'));
    const { registry, problems } = SchemaRegistry.load({ directory }, [TODO_CREATED]);
    expect(problems).toEqual([]);
    expect(registry.newest('todo', 'todo_created')?.version).toBe(1);
  });

  it('may not hold links that lead out of it, or nowhere', () => {
    const elsewhere = schemaDirectory({ 'secret.json': OK, 'folder/x.json': OK });
    const { directory } = load({ 'todo/v1_todo_created.json': OK });
    symlinkSync(join(elsewhere, 'secret.json'), join(directory, 'todo/v2_todo_created.json'));
    symlinkSync(join(elsewhere, 'folder'), join(directory, 'folder'));
    symlinkSync('gone.json', join(directory, 'nowhere.json'));
    const { registry, problems } = SchemaRegistry.load({ directory }, [TODO_CREATED]);
    expect(problems.map(({ code, file }) => [code, file?.slice(directory.length)])).toEqual([
      ['SCHEMA_OUTSIDE_DIRECTORY', '/folder'],
      ['SCHEMA_UNREADABLE', '/nowhere.json'],
      ['SCHEMA_OUTSIDE_DIRECTORY', '/todo/v2_todo_created.json'],
    ]);
    expect(registry.newest('todo', 'todo_created')?.version).toBe(1);
  });

  it('may hold other files and hidden folders', () => {
    const files = { 'README.md': '{', 'todo/notes.txt': '{', '.git/x.json': '{', '.cache.json': '{' };
    expect(load({ ...files, 'todo/v1_todo_created.json': OK }).problems).toEqual([]);
  });

  it('is read without hanging on what is no file', () => {
    const { directory } = load({ 'todo/v1_todo_created.json': OK });
    execFileSync('mkfifo', [join(directory, 'pipe.json')]);
    mkdirSync(join(directory, 'folder.json'));
    const { problems } = SchemaRegistry.load({ directory }, [TODO_CREATED]);
    expect(problems.map(({ code, file }) => [code, file])).toEqual([
      ['SCHEMA_UNREADABLE', join(directory, 'pipe.json')],
    ]);
  });
});
