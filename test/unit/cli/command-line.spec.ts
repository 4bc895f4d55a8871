import { readFileSync } from 'node:fs';
import { Command } from 'commander';

import { run } from './command-run.js';

describe('help', () => {
  it.each([[[]], [['--help']], [['help']]])('of the program, asked for by %j', async (args) => {
    const { code, out, err } = await run(args);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^Usage: nestevents /);
    expect(out).toContain('nestevents schema check');
    expect(out).toContain('Exit codes:');
  });

  it.each([[['schema']], [['schema', '--help']], [['help', 'schema']]])(
    'of the schemas, asked for by %j',
    async (args) => {
      const { code, out, err } = await run(args);
      expect([code, err]).toEqual([0, '']);
      expect(out).toMatch(/^Usage: nestevents schema /);
      expect(out).toMatch(/^ {2}check .*\n {2}new /m);
    },
  );

  it.each(['check', 'new'])('of schema %s, with examples', async (name) => {
    for (const args of [
      ['schema', name, '--help'],
      ['schema', 'help', name],
      ['help', 'schema', name],
    ]) {
      const { code, out, err } = await run(args);
      expect([code, err]).toEqual([0, '']);
      expect(out.startsWith(`Usage: nestevents schema ${name} `)).toBe(true);
      expect(out).toMatch(/Examples:\n {2}nestevents schema /);
    }
  });

  it('is coloured only where colours are seen', async () => {
    expect((await run(['--help'], { colours: true })).out).toContain('\u001b[');
    expect((await run(['--help'])).out).not.toContain('\u001b');
  });
});

it('prints the version of the package', async () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  expect(await run(['--version'])).toEqual({ code: 0, out: `${version}\n`, err: '' });
});

describe('a wrong call', () => {
  it.each([
    [['schma'], 'Did you mean schema?'],
    [['schema', 'chek'], 'Did you mean check?'],
    [['schema', 'check', '--formt', 'json'], 'Did you mean --format?'],
    [['schema', 'check', '--format', 'xml'], 'Allowed choices are text, json'],
    [['schema', 'check', '--compatibility', 'some'], 'backward-transitive'],
    [['schema', 'check', 'one', 'two'], 'too many arguments'],
    [['schema', 'new', 'todo'], "missing required argument 'event'"],
    [['help', 'schma'], 'schema'],
    [['help', 'schma', 'check'], 'Did you mean schema?'],
    [['help', 'schema', 'chek'], 'check'],
  ])('%j is explained, with nothing on standard output', async (args, hint) => {
    const { code, out, err } = await run(args);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(hint);
  });

  it('cannot rewrite the terminal', async () => {
    const { err } = await run(['\u001b[2J\u202e']);
    expect(err).toContain(String.raw`\u001b[2J\u202e`);
  });
});

it('calls an error that nobody foresaw a bug, and shows where it came from', async () => {
  const broken = () =>
    new Command('broken').action(() => {
      throw new TypeError('x is undefined', { cause: new Error('deeper') });
    });
  const { code, out, err } = await run(['schema', 'broken'], { commands: [broken] });
  expect([code, out]).toEqual([70, '']);
  expect(err).toMatch(
    /TypeError: x is undefined\n +at [^]*deeper[^]*This is a bug in nestevents; please report/,
  );
});
