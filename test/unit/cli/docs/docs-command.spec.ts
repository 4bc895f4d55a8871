import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { runCommandLine } from '../../../../src/cli/command-line.js';
import { docsCommand } from '../../../../src/cli/docs/docs.command.js';
import { asyncApiComplaints } from './async-api-parser.js';
import { created } from './described-events.js';
import { formatted, nodesOf, parseMarkdown } from './markdown-page.js';
import { arbitraryFiles } from './random-events.js';

const made: string[] = [];
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

const folderWith = (files: Readonly<Record<string, unknown>>) => {
  const folder = mkdtempSync(join(tmpdir(), 'nestevents-docs-'));
  made.push(folder);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return folder;
};

/** Runs `nestevents schema docs` in a folder. */
const docs = async (workingDirectory: string, ...args: string[]) => {
  let [out, err] = ['', ''];
  const io = {
    workingDirectory,
    colours: false,
    out: (text: string) => void (out += text),
    err: (text: string) => void (err += text),
  };
  const code = await runCommandLine(['schema', 'docs', ...args], io, [docsCommand]);
  return { code, out, err };
};

const TODO = 'avro/todo/v1_todo_created.json';
const OK = { [TODO]: created([{ name: 'label', type: 'string' }]) };
const read = (folder: string, file: string) => readFileSync(join(folder, file), 'utf8');
const asyncApi = (folder: string) => JSON.parse(read(folder, 'docs/asyncapi.json')) as { info: object };

describe('schema docs', () => {
  it('describes the events of the sample, validly, with links that lead to files', async () => {
    const folder = folderWith({});
    const { code, err } = await docs(resolve('.'), '--out', folder);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const [page, document] = [read(folder, 'events.md'), read(folder, 'asyncapi.json')];
    expect(await formatted(page, 'markdown')).toBe(page);
    expect(await formatted(document, 'json')).toBe(document);
    expect(await asyncApiComplaints([JSON.parse(document)])).toEqual([[]]);
    const links = nodesOf(await parseMarkdown(page), 'link').map(({ url = '' }) => url);
    const files = links.filter((url) => !url.startsWith('#'));
    expect(files.length).toBeGreaterThan(10);
    for (const file of files) read(folder, decodeURIComponent(file));
  });

  it('writes two files, says which, and leaves others alone', async () => {
    const folder = folderWith({ ...OK, 'docs/readme.md': 'mine' });
    expect(await docs(folder, '--out', 'docs')).toEqual({
      code: 0,
      out: 'docs/events.md\ndocs/asyncapi.json\n',
      err: '',
    });
    expect(readdirSync(join(folder, 'docs')).sort()).toEqual(['asyncapi.json', 'events.md', 'readme.md']);
    expect(read(folder, 'docs/readme.md')).toBe('mine');
    expect(read(folder, 'docs/events.md')).toContain('(../avro/todo/v1_todo_created.json)');
  });

  it('makes folders, and links from deep ones and to strange ones', async () => {
    const folder = folderWith({ [`my (sch%emas) ü/todo/v1_todo_created.json`]: OK[TODO] });
    expect((await docs(folder, 'my (sch%emas) ü', '--out', 'a/b')).code).toBe(0);
    const [link] = nodesOf(await parseMarkdown(read(folder, 'a/b/events.md')), 'link').slice(-1);
    expect(decodeURIComponent(link?.url ?? '')).toBe('../../my (sch%emas) ü/todo/v1_todo_created.json');
  });

  it('describes any schemas', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryFiles, async (files) => {
        // Random versions would not fit together.
        const first = Object.entries(files).filter(([file]) => file.includes('/v1_'));
        const folder = folderWith(
          Object.fromEntries(first.map(([file, content]) => [`avro/${file}`, content])),
        );
        const { code, err } = await docs(folder, '--out', 'docs');
        const isUnsayable = code === 1 && err.includes('which no AsyncAPI document can have');
        if (!isUnsayable) expect({ code, err }).toEqual({ code: 0, err: '' });
      }),
      { numRuns: 50 },
    );
  });

  it('takes title and version from the nearest package', async () => {
    const files = {
      'package.json': { name: 'outer', version: '9.9.9' },
      'in/package.json': { name: '@a/b', version: '1.2.3' },
    };
    const folder = folderWith({ ...files, [`in/${TODO}`]: OK[TODO] });
    await docs(folder, 'in/avro', '--out', 'docs');
    expect(asyncApi(folder)).toMatchObject({ info: { title: '@a/b', version: '1.2.3' } });
    expect(read(folder, 'docs/events.md')).toMatch(/^# \\@a\/b\n/);
  });

  it('takes title and version from the options', async () => {
    const folder = folderWith({ ...OK, 'package.json': '{ broken' });
    const { code } = await docs(
      folder,
      '--out',
      'docs',
      '--title',
      ' My # <b>\nshop',
      '--api-version',
      '2.0.0-rc.1+5',
    );
    expect(code).toBe(0);
    expect(asyncApi(folder)).toMatchObject({ info: { title: 'My # <b> shop', version: '2.0.0-rc.1+5' } });
  });

  it('has defaults for both', async () => {
    const folder = folderWith({ ...OK, 'package.json': { private: true } });
    await docs(folder, '--out', 'docs');
    expect(asyncApi(folder)).toMatchObject({ info: { title: 'Events', version: '0.0.0' } });
  });
});

describe('schema docs --check', () => {
  it('passes where the files are up to date', async () => {
    const folder = folderWith(OK);
    await docs(folder, '--out', 'docs');
    expect(await docs(folder, '--out', 'docs', '--check')).toEqual({ code: 0, out: '', err: '' });
  });

  it('passes where git made other line ends', async () => {
    const folder = folderWith(OK);
    await docs(folder, '--out', 'docs');
    writeFileSync(join(folder, 'docs/events.md'), read(folder, 'docs/events.md').replaceAll('\n', '\r\n'));
    expect((await docs(folder, '--out', 'docs', '--check')).code).toBe(0);
  });

  it('fails where they are missing, and writes nothing', async () => {
    const folder = folderWith(OK);
    const { code, err } = await docs(folder, '--out', 'docs', '--check');
    expect(code).toBe(1);
    expect(err).toBe(
      'docs/events.md and docs/asyncapi.json are out of date; run the command without --check.\n',
    );
    expect(readdirSync(folder)).toEqual(['avro']);
  });

  it('fails where one is another, and leaves it as it is', async () => {
    const folder = folderWith(OK);
    await docs(folder, '--out', 'docs');
    writeFileSync(join(folder, 'docs/events.md'), 'edited');
    const { code, err } = await docs(folder, '--out', 'docs', '--check');
    expect(code).toBe(1);
    expect(err).toBe('docs/events.md is out of date; run the command without --check.\n');
    expect(read(folder, 'docs/events.md')).toBe('edited');
  });
});

describe('a wrong call', () => {
  it.each([
    ['without a folder', [], "required option '--out <folder>' not specified"],
    [
      'with a version that is none',
      ['--out', 'docs', '--api-version', '1'],
      '"1" is no version for --api-version',
    ],
    ['that writes among the schemas', ['--out', 'avro/docs'], 'is in the schema directory'],
    ['that writes into the schema directory', ['--out', 'avro'], 'is in the schema directory'],
    ['that writes below a file', ['--out', 'avro.txt/docs'], 'cannot be written (ENOTDIR)'],
  ])('%s ends with 2', async (_, args, message) => {
    const folder = folderWith({ ...OK, 'avro.txt': '' });
    const { code, err } = await docs(folder, ...args);
    expect(err).toContain(message);
    expect(code).toBe(2);
    expect(readdirSync(join(folder, 'avro'))).toEqual(['todo']);
  });

  it('with a wrong directory names it, and says how to pass another', async () => {
    const folder = folderWith({ 'file.txt': '' });
    expect(await docs(folder, 'none', '--out', 'docs')).toEqual({
      code: 2,
      out: '',
      err: `The schema directory ${folder}/none does not exist; pass the directory that holds the schemas: nestevents schema docs <dir> --out <folder>.\n`,
    });
    expect((await docs(folder, 'file.txt', '--out', 'docs')).err).toContain(`${folder}/file.txt is a file`);
  });

  it('in a package that cannot be read says so', async () => {
    const folder = folderWith({ ...OK, 'package.json': '{ broken' });
    const { code, err } = await docs(folder, '--out', 'docs');
    expect(code).toBe(2);
    expect(err).toMatch(
      /package\.json cannot be read \(.+\); correct it, or pass --title and --api-version\.\n$/,
    );
  });
});

describe('schemas with problems', () => {
  it.each([
    ['a broken file', { ...OK, 'avro/x.json': '{' }, 'SCHEMA_NOT_JSON'],
    ['a name that no event has', { ...OK, 'avro/todo/V1_todo_done.json': OK[TODO] }, 'SCHEMA_FILE_NAME'],
    [
      'no events',
      { 'avro/money.json': { type: 'enum', name: 'A', symbols: ['A'] } },
      'SCHEMA_DIRECTORY_EMPTY',
    ],
  ])('%s: are printed, and nothing is written', async (_, files, problem) => {
    const folder = folderWith(files);
    const { code, out, err } = await docs(folder, '--out', 'docs');
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain(problem);
    expect(err).toContain('so nothing was written; correct them first.\n');
    expect(readdirSync(folder)).toEqual(['avro']);
  });
});
