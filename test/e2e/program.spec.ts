import { jest } from '@jest/globals';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { assertNoConnectionsLeft } from '../postgres/leaks.js';
import { createTestDatabase, type TestDatabase } from '../postgres/test-database.js';
import { TemporaryRepository } from '../unit/sample-app/git/temporary-repository.js';
import { buildProgram, Program } from './built-program.js';
import { createLongRepository } from './long-repository.js';

// It builds, starts and kills programs; a busy machine takes its time.
jest.setTimeout(180_000);

describe('the program', () => {
  let database: TestDatabase;
  let repository: TemporaryRepository;

  beforeAll(async () => {
    buildProgram();
    database = await createTestDatabase();
    repository = createLongRepository(12_000);
  }, 120_000);
  afterAll(async () => {
    repository.delete();
    await database.drop();
  });

  const start = (args: readonly string[], environment: Record<string, string> = {}): Program =>
    new Program(args, { PORT: '0', DATABASE_URL: database.url, ...environment });

  it('goes on after each kill, then serves what it suggests, and ends when told to', async () => {
    for (let kill = 0; kill < 3; kill += 1) {
      const killed = start(['--git', repository.path]);
      await killed.printed(/Importing/);
      await sleep(60 + kill * 100);
      expect(await killed.end('SIGKILL')).toBeNull();
    }

    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      const interrupted = start(['--git', repository.path]);
      await interrupted.printed(/Importing/);
      expect(await interrupted.end(signal)).toBe(0);
      expect(interrupted.output).toMatch(/was interrupted. Start again to go on where it stopped/);
      expect(interrupted.output).not.toContain('listening');
      expect(interrupted.errors).toBe('');
    }

    const program = start(['--git', repository.path]);
    const output = await program.printed(/listening on .*\n/);
    expect(output).toMatch(/Imported [\d,]+ commits of .* as [\d,]+ events in [\d.]+ s: [\d,]+ events\/s/);
    expect(output).toMatch(
      /^The current tree took in [\d,]+ events in [\d.]+ s: [\d,]+ events\/s, [\d.]+ s of them after the import$/m,
    );
    expect(output).toMatch(/^stored +aggregates +events$/m);
    expect(output).toMatch(/^git_file +8 +24,000$/m);
    expect(output).toMatch(/^git_repository +1 +12,000$/m);

    const [tree, history, open] = [...output.matchAll(/curl .*/g)].map(([command]) => command);
    const files = (await (await fetch(/http[^']+/.exec(tree!)![0])).json()) as { files: { blob: string }[] };
    const blobs = repository.git('ls-tree', '-r', '--format=%(objectname)', 'HEAD').split('\n');
    expect(files.files.map(({ blob }) => blob)).toEqual(blobs);
    const events = (await (await fetch(/http[^']+/.exec(history!)![0])).json()) as { events: unknown[] };
    expect(events.events.length).toBeGreaterThan(0);
    expect(open).toContain('/accounts');

    expect(await program.end('SIGTERM')).toBe(0);
    expect(program.errors).toBe('');
    await assertNoConnectionsLeft(database);
  });

  it('imports nothing twice', async () => {
    const program = start(['--git', repository.path]);
    expect(await program.printed(/listening/)).toContain('there is nothing new');
    expect(await program.end('SIGINT')).toBe(0);
  });

  it('takes a relative path from where it was called, and counts one commit as one', async () => {
    const single = TemporaryRepository.create();
    single.write('only.txt', 'x').commit();
    const there = { npm_lifecycle_event: 'start', INIT_CWD: path.dirname(single.path) };
    const program = start(['--git', path.basename(single.path)], there);
    expect(await program.printed(/listening/)).toContain(
      `Imported 1 commit of ${single.path} as 2 events in `,
    );
    expect(await program.end('SIGTERM')).toBe(0);
    single.delete();
  });

  it('tells of withdrawals from the amount on that the environment names, in its log', async () => {
    const program = start(['--git', repository.path], { LARGE_WITHDRAWAL: '99.50' });
    const [, url] = /listening on (\S+)/.exec(await program.printed(/listening on .*\n/))!;
    const post = async (path: string, body: object): Promise<{ id: string }> => {
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
      return (await answer.json()) as { id: string };
    };
    const { id } = await post('/accounts', { owner: 'Ada' });
    await post(`/accounts/${id}/deposits`, { amount: '1000' });
    await post(`/accounts/${id}/withdrawals`, { amount: '99.49' });
    await post(`/accounts/${id}/withdrawals`, { amount: '99.5' });
    await program.printed(/99\.50 was withdrawn/);
    expect(await program.end('SIGTERM')).toBe(0);
    expect(program.output.match(/was withdrawn/g)).toHaveLength(1);
    expect(program.output).toContain(`99.50 was withdrawn from the account ${id}.`);
  });

  it('explains itself', async () => {
    const help = start(['--help']);
    expect(await help.end()).toBe(0);
    expect(help.output).toContain('--git <path>');

    const refusals: [args: string[], environment?: Record<string, string>][] = [
      [['--frobnicate']],
      [['--git']],
      [['--git', '']],
      [['here']],
      [[], { LARGE_WITHDRAWAL: '1e3' }],
    ];
    for (const [args, environment] of refusals) {
      const refused = start(args, environment);
      expect(await refused.end()).toBe(2);
      expect(refused.errors).toContain('Usage: npm start');
      expect(refused.errors).not.toMatch(/^ +at /m);
    }
  });

  it('says in one message why it cannot start', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => {
      taken.listen(0, resolve);
    });
    const port = `${(taken.address() as AddressInfo).port}`;
    const cases: [expected: RegExp, args: string[], environment: Record<string, string>][] = [
      [/Port \d+ cannot be used/, [], { PORT: port }],
      [/cannot be reached: connect ECONNREFUSED/, [], { DATABASE_URL: 'postgres://u:secret@127.0.0.1:1/x' }],
      [/DATABASE_URL does not begin with postgres:/, [], { DATABASE_URL: 'localhost' }],
      [/There is no git repository at/, ['--git', tmpdir()], {}],
    ];
    for (const [expected, args, environment] of cases) {
      const program = start(args, environment);
      expect(await program.end()).toBe(1);
      expect(program.errors).toMatch(expected);
      expect(program.errors).toMatch(/^The sample cannot start: /);
      expect(program.errors).not.toMatch(/^ +at /m);
      expect(program.errors).not.toContain('secret');
      expect(program.output).toBe('');
    }
    taken.close();
  });
});
