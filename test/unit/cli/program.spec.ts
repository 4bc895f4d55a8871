import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import { record, removeSchemaDirectories, schemaDirectory } from '../schema/schema-directory.js';

const LOADER = pathToFileURL(resolve('test/postgres/typescript-loader.js')).href;
const INSTALL = `data:text/javascript,${encodeURIComponent(
  `import { installTypeScriptLoader } from ${JSON.stringify(LOADER)}; installTypeScriptLoader();`,
)}`;
const MAIN = resolve('src/cli/main.ts');

/** Starts the real program on its sources, in a directory. */
function start(args: readonly string[], cwd: string) {
  const child = spawn(process.execPath, ['--no-warnings', '--import', INSTALL, MAIN, ...args], {
    cwd,
    env: { PATH: process.env['PATH'], TERM: 'xterm-256color' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const run = { child, out: '', err: '', ended: once(child, 'close') };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (run.out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (run.err += text));
  return run;
}

async function end(args: readonly string[], cwd: string) {
  const run = start(args, cwd);
  const [code] = (await run.ended) as [number | null];
  return { code, out: run.out, err: run.err };
}

afterAll(removeSchemaDirectories);

it('checks ./avro, and exits with 0', async () => {
  const cwd = schemaDirectory({ 'avro/todo/v1_todo_created.json': record({ label: 'string' }) });
  expect(await end(['schema', 'check'], cwd)).toEqual({
    code: 0,
    out: '1 aggregate, 1 event, 1 schema: no problems\n',
    err: '',
  });
});

it('exits with 1 for problems, and prints them without colours into a pipe', async () => {
  const cwd = schemaDirectory({ 'avro/todo/v1_todo_created.json': record({ label: 'strng' }) });
  const { code, out, err } = await end(['schema', 'check'], cwd);
  expect([code, err]).toEqual([1, '']);
  expect(out).toMatch(/^avro\/todo\/v1_todo_created.json\n {2}SCHEMA_UNKNOWN_NAME at label: In avro\/todo/);
  expect(out).not.toContain('\u001b');
});

it('has all commands', async () => {
  const { code, out } = await end(['schema'], schemaDirectory({}));
  expect(code).toBe(0);
  expect(out.match(/^ {2}\w+(?= \[)/gm)).toEqual(['  check', '  new', '  types', '  docs', '  help']);
});

it('exits with 2 for a wrong call', async () => {
  const { code, out, err } = await end(['schema', 'check', 'nowhere'], schemaDirectory({}));
  expect([code, out]).toEqual([2, '']);
  expect(err).toMatch(/^The schema directory \/.*\/nowhere does not exist; pass .*\n$/);
});

it('says that the working directory was deleted, unless it does not need it', () => {
  const directory = schemaDirectory({ 'todo/v1_todo_created.json': record({}) });
  const source = (path: string) => JSON.stringify(pathToFileURL(resolve('src/cli', path)).href);
  // Loading TypeScript needs the directory, so it is deleted after that.
  const program = `
    import { mkdtempSync, rmdirSync } from 'node:fs';
    import { checkCommand } from ${source('check/check.command.ts')};
    import { processIo } from ${source('command-io.ts')};
    import { runCommandLine } from ${source('command-line.ts')};
    const gone = mkdtempSync(${JSON.stringify(join(directory, '.gone'))});
    process.chdir(gone);
    rmdirSync(gone);
    process.exitCode = await runCommandLine(process.argv.slice(1), processIo(), [checkCommand]);`;
  const inDeleted = (...args: string[]) => {
    const options = ['--no-warnings', '--import', INSTALL, '--input-type=module', '-e', program, '--'];
    return spawnSync(process.execPath, [...options, ...args], { encoding: 'utf8', timeout: 60_000 });
  };
  expect(inDeleted('schema', 'check')).toMatchObject({
    status: 2,
    stdout: '',
    stderr: expect.stringMatching(/^The working directory .*\(ENOENT\); change to one that .*\n$/),
  });
  expect(inDeleted('schema', 'check', directory)).toMatchObject({ status: 0, stderr: '' });
});

it('ends quietly when nobody reads on', async () => {
  const fields = Object.fromEntries(Array.from({ length: 3000 }, (_, index) => [`field${index}`, 'nothing']));
  const cwd = schemaDirectory({ 'avro/todo/v1_todo_created.json': record(fields) });
  const run = start(['schema', 'check'], cwd);
  run.child.stdout.destroy();
  const [code] = (await run.ended) as [number | null];
  expect([code, run.err]).toEqual([1, '']);
});
