import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

import { record, removeSchemaDirectories, schemaDirectory } from '../../schema/schema-directory.js';
import { run } from '../command-run.js';

afterAll(removeSchemaDirectories);

const OK = record({ label: 'string' });
const KEYS = ['file', 'aggregate', 'event', 'version', 'path', 'code', 'message'];

interface JsonProblem {
  file: string | null;
  path: string | null;
  code: string;
  message: string;
}

/** The problems of a directory with these files, as the JSON says. */
async function problemsOf(files: Record<string, unknown>, ...options: string[]) {
  const directory = schemaDirectory(files);
  const { code, out, err } = await run(['schema', 'check', directory, '--format', 'json', ...options]);
  const { problems, ...rest } = JSON.parse(out) as { problems: JsonProblem[] };
  expect([rest, err, code]).toEqual([{}, '', problems.length === 0 ? 0 : 1]);
  for (const problem of problems) expect(Object.keys(problem)).toEqual(KEYS);
  return problems.map((problem) => ({ ...problem, file: problem.file?.slice(directory.length + 1) }));
}

/** The same, as file and code. */
async function codesOf(files: Record<string, unknown>, ...options: string[]) {
  return (await problemsOf(files, ...options)).map(({ file, code }) => `${file} ${code}`);
}

describe('schema check', () => {
  it('counts what is right', async () => {
    const directory = schemaDirectory({
      'todo/v1_todo_created.json': OK,
      'todo/v2_todo_created.json': record({ label: 'string', tag: { type: 'string', default: '' } }),
      'todo/v1_todo_done.json': record({}, { name: 'TodoDone' }),
      'list/v1_list_made.avsc': record({ by: 'shop.Person' }, { name: 'Made' }),
      'shared/person.json': record({ name: 'string' }, { name: 'Person', namespace: 'shop' }),
    });
    expect(await run(['schema', 'check', directory])).toEqual({
      code: 0,
      out: '2 aggregates, 3 events, 4 schemas: no problems\n',
      err: '',
    });
    expect(await run(['schema', 'check', directory, '--format', 'json'])).toEqual({
      code: 0,
      out: '{\n  "problems": []\n}\n',
      err: '',
    });
  });

  it('prints problems under their files, all at once', async () => {
    const cwd = schemaDirectory({
      'avro/todo/v1_todo_created.json': record({ label: 'strng', due: { type: 'int', default: 'x' } }),
      'avro/todo/v1_todo_done.json': '{ "type": ',
    });
    const { code, out, err } = await run(['schema', 'check'], { cwd });
    expect([code, err]).toEqual([1, '']);
    const lines = out.split('\n');
    expect(lines[0]).toMatch(/avro\/todo\/v1_todo_created\.json$/);
    expect(lines[1]).toMatch(/^ {2}SCHEMA_UNKNOWN_NAME at label: .*"strng" is not defined/);
    expect(lines[3]).toMatch(/avro\/todo\/v1_todo_done\.json$/);
    expect(lines[4]).toMatch(/^ {2}SCHEMA_NOT_JSON: .*line 1, column 11/);
    expect(out).toMatch(/\n\n1 aggregate, 2 events, 2 schemas: 2 problems\n$/);
  });

  it('paints where colours are seen, and never in JSON', async () => {
    const directory = schemaDirectory({ 'todo/v1_todo_created.json': '{' });
    expect((await run(['schema', 'check', directory], { colours: true })).out).toContain('\u001b[31m');
    const json = await run(['schema', 'check', directory, '--format', 'json'], { colours: true });
    expect(json.out).not.toContain('\u001b');
  });

  it('does not let names of files or types rewrite the terminal', async () => {
    const directory = schemaDirectory({
      'todo/v1_todo_created.json': record({ label: 'a\u001b[2J\u202e' }),
      'todo/v1_\u001b[31m\nx.json': OK,
    });
    const { out } = await run(['schema', 'check', directory]);
    // oxlint-disable-next-line no-control-regex
    expect(out).not.toMatch(/[\u001b\u202e]|^x\.json/m);
    expect(out).toContain(String.raw`\u001b[31m\nx.json`);
  });

  it('says the facts of each problem, with null where there are none', async () => {
    const [first, second, ...others] = await problemsOf({
      'shared.json': '[',
      'todo/v1_todo_created.json': record({ a: { type: 'array', items: 'nothing' } }),
    });
    expect(others).toEqual([]);
    expect(first).toMatchObject({
      aggregate: null,
      event: null,
      version: null,
      path: null,
      code: 'SCHEMA_NOT_JSON',
    });
    expect(second).toMatchObject({
      file: 'todo/v1_todo_created.json',
      aggregate: 'todo',
      event: 'todo_created',
      version: 1,
      path: 'a[]',
      code: 'SCHEMA_UNKNOWN_NAME',
    });
  });

  it('knows the event of a file that cannot be read by its name', async () => {
    const directory = schemaDirectory({
      'todo/v1_todo_created.json': '{',
      'todo/v2_todo_created.json': Buffer.alloc(2 ** 21, ' '),
      'todo/v3_todo_created.json': Buffer.from([0x22, 0xff, 0x22]),
      'todo/deep/v1_todo_done.json': '{',
      'todo/types.json': '{',
      'v1_todo_done.json': '{',
    });
    symlinkSync('/etc/passwd', join(directory, 'todo/v4_todo_created.json'));
    symlinkSync('gone', join(directory, 'todo/v5_todo_created.avsc'));
    const { out } = await run(['schema', 'check', directory, '--format', 'json']);
    const { problems } = JSON.parse(out) as { problems: Record<string, unknown>[] };
    expect(problems.map(({ code, aggregate, event, version }) => [code, aggregate, event, version])).toEqual([
      ['SCHEMA_NOT_JSON', null, 'todo_done', 1],
      ['SCHEMA_MISPLACED', null, 'todo_done', 1],
      ['SCHEMA_NOT_JSON', null, null, null],
      ['SCHEMA_NOT_JSON', 'todo', 'todo_created', 1],
      ['SCHEMA_TOO_LARGE', 'todo', 'todo_created', 2],
      ['SCHEMA_NOT_JSON', 'todo', 'todo_created', 3],
      ['SCHEMA_OUTSIDE_DIRECTORY', 'todo', 'todo_created', 4],
      ['SCHEMA_UNREADABLE', 'todo', 'todo_created', 5],
      ['SCHEMA_NOT_JSON', null, 'todo_done', 1],
      ['SCHEMA_MISPLACED', null, 'todo_done', 1],
    ]);
  });

  it('sorts by file', async () => {
    const broken = ['z/v1_z.json', 'a.json', 'b/v1_b.json', 'B/v1_b.json', 'b/v10_c.json', 'm/v2_m.json'];
    const problems = await problemsOf(Object.fromEntries(broken.map((file) => [file, '{'])));
    const files = problems.map(({ file }) => String(file));
    expect([...new Set(files)]).toEqual([...broken].sort());
    expect(files).toEqual([...files].sort());
  });

  it('takes two types of one name in files that do not use each other', async () => {
    const status = (...symbols: string[]) => ({ type: 'enum', name: 'Status', symbols });
    const files = {
      'todo/v1_todo_created.json': record({ status: status('OPEN') }),
      'list/v1_list_made.json': record({ status: status('NEW', 'OLD') }, { name: 'Made' }),
    };
    expect(await codesOf(files)).toEqual([]);
  });

  it('checks compatibility in the mode that is asked for', async () => {
    const files = {
      'todo/v1_todo_created.json': OK,
      'todo/v2_todo_created.json': record({ label: 'string', more: { type: 'string', default: '' } }),
      'todo/v3_todo_created.json': record({ more: { type: 'string', default: '' } }),
    };
    expect(await codesOf(files)).toEqual([]);
    expect(await codesOf(files, '--compatibility', 'none')).toEqual([]);
    expect(await codesOf(files, '--compatibility', 'full')).not.toEqual([]);
  });
});

describe('a wrong directory', () => {
  it.each([
    ['nowhere', 'does not exist', 'SCHEMA_DIRECTORY_MISSING'],
    ['file', 'is a file', 'SCHEMA_DIRECTORY_NOT_A_DIRECTORY'],
    ['file/below', 'does not exist, as a part of its path is a file', 'SCHEMA_DIRECTORY_MISSING'],
    ['loop', 'cannot be reached, as its links go round in a circle (ELOOP)', 'SCHEMA_DIRECTORY_UNREADABLE'],
    [
      'loop/below',
      'cannot be reached, as its links go round in a circle (ELOOP)',
      'SCHEMA_DIRECTORY_UNREADABLE',
    ],
    ['dangling', 'is a link to ./gone, which does not exist', 'SCHEMA_DIRECTORY_UNREADABLE'],
    ['x'.repeat(300), 'cannot be read (ENAMETOOLONG)', 'SCHEMA_DIRECTORY_UNREADABLE'],
  ])('%s is named with its absolute path, and in JSON as a problem', async (name, why, code) => {
    const cwd = schemaDirectory({ file: 'x' });
    symlinkSync('loop', join(cwd, 'loop'));
    symlinkSync('./gone', join(cwd, 'dangling'));
    const text = await run(['schema', 'check', name], { cwd });
    expect(text).toEqual({
      code: 2,
      out: '',
      err: expect.stringContaining(`${join(cwd, name)} ${why}; pass`),
    });
    const json = await run(['schema', 'check', name, '--format', 'json'], { cwd });
    expect([json.code, json.err]).toEqual([2, '']);
    const { problems } = JSON.parse(json.out) as { problems: JsonProblem[] };
    expect(problems).toEqual([expect.objectContaining({ code, message: text.err.trimEnd() })]);
  });

  it('is one without schemas of events, too', async () => {
    for (const files of [{}, { 'readme.txt': 'x' }, { 'shared/vendor.json': OK }]) {
      expect((await problemsOf(files)).map(({ code }) => code)).toEqual(['SCHEMA_DIRECTORY_EMPTY']);
    }
  });

  it('may be given as a path with odd characters', async () => {
    const cwd = schemaDirectory({ 'my ävro; $(x)/todo/v1_todo_created.json': OK });
    expect((await run(['schema', 'check', 'my ävro; $(x)'], { cwd })).code).toBe(0);
  });
});

describe('names of files', () => {
  const valid = { 'todo/v1_todo_created.json': OK };

  it.each([
    'V1_todo_created.json',
    'v1-todo_created.json',
    'v1.todo_created.json',
    'v1_.json',
    'v1.json',
    'v_todo_created.json',
    'v1.5_todo_created.avsc',
    '1_todo_created.json',
    '01-todo_created.json',
    'v1_todo created.json',
    'v1_.todo.json',
  ])('%s begins like a version, and is none', async (name) => {
    for (const folder of ['', 'todo/']) {
      expect(await codesOf({ ...valid, [`${folder}${name}`]: OK })).toContain(
        `${folder}${name} SCHEMA_FILE_NAME`,
      );
    }
  });

  it.each([
    'vendor.json',
    'value.json',
    'v.json',
    'vat_rate.json',
    'v4l_device.json',
    '3d_point.json',
    '2fa.json',
    'V.avsc',
  ])('%s may hold types to share', async (name) => {
    const type = { type: 'enum', name: 'Shared', symbols: ['A'] };
    expect(await codesOf({ ...valid, [name]: type, [`shared/${name}`]: type })).toEqual([]);
  });

  it.each([
    'v1_todo_done.json',
    'todo/old/v1_todo_done.json',
    'my todo/v3_todo_done.json',
    '-x/v1_x_done.json',
  ])('%s is where no event is looked for', async (path) => {
    expect(await codesOf({ ...valid, [path]: record({}, { name: 'TodoDone' }) })).toEqual([
      `${path} SCHEMA_MISPLACED`,
    ]);
    expect(await codesOf({ [path]: OK })).toEqual([`${path} SCHEMA_MISPLACED`]);
  });
});

describe('odd directories', () => {
  it('may hold links inside, but none that lead out', async () => {
    const elsewhere = schemaDirectory({ 'x.json': OK });
    const directory = schemaDirectory({ 'todo/v1_todo_created.json': OK });
    symlinkSync(join(elsewhere, 'x.json'), join(directory, 'todo/v2_todo_created.json'));
    const { code, out } = await run(['schema', 'check', directory]);
    expect(code).toBe(1);
    expect(out).toContain('SCHEMA_OUTSIDE_DIRECTORY');
  });

  it('may hold a file of 10 MB, or a folder with the name of a file', async () => {
    const directory = schemaDirectory({ 'todo/v1_todo_created.json': Buffer.alloc(10 * 1024 * 1024, ' ') });
    mkdirSync(join(directory, 'todo/v1_todo_done.json'));
    const { code, out } = await run(['schema', 'check', directory]);
    expect(code).toBe(1);
    expect(out).toContain('SCHEMA_TOO_LARGE');
    expect(out).toContain('1 event, 1 schema: 1 problem');
  });

  it('names gaps and doubles', async () => {
    const codes = await codesOf({
      'a/v2_a_x.json': record({}, { name: 'x' }),
      'b/v1_b_x.json': record({}, { name: 'x' }),
      'b/v1_b_x.avsc': record({}, { name: 'x' }),
      'b/v3_b_x.json': record({}, { name: 'x' }),
    });
    expect(codes).toEqual([
      'a/v2_a_x.json SCHEMA_VERSION_GAP',
      'b/v1_b_x.avsc SCHEMA_DUPLICATE_VERSION',
      'b/v3_b_x.json SCHEMA_VERSION_GAP',
    ]);
  });
});
