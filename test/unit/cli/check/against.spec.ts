import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { TemporaryRepository } from '../../sample-app/git/temporary-repository.js';
import { record, removeSchemaDirectories, schemaDirectory } from '../../schema/schema-directory.js';
import { run } from '../command-run.js';

const CREATED = 'todo/v1_todo_created.json';
const DONE = 'todo/v1_todo_done.json';
const done = (fields: Record<string, unknown> = {}, more = {}) =>
  record(fields, { name: 'TodoDone', ...more });

describe('schema check --against', () => {
  let repository: TemporaryRepository;

  beforeEach(() => {
    repository = TemporaryRepository.create();
    commit({
      [CREATED]: record({ label: 'string' }),
      [DONE]: done({ at: 'shop.Time' }),
      'shared/time.json': time('int'),
    });
  });

  afterEach(() => repository.delete());
  afterAll(removeSchemaDirectories);

  const time = (type: string, more = {}) =>
    record({ seconds: type }, { name: 'Time', namespace: 'shop', ...more });

  function write(files: Record<string, unknown>, directory = 'avro'): void {
    for (const [file, content] of Object.entries(files)) {
      repository.write(
        `${directory}/${file}`,
        typeof content === 'string' ? content : JSON.stringify(content),
      );
    }
  }

  function commit(files: Record<string, unknown>, directory?: string): string {
    write(files, directory);
    return repository.commit();
  }

  async function check(ref: string, directory = 'avro', cwd = repository.path) {
    const args = ['schema', 'check', directory, '--against', ref, '--format', 'json'];
    const { code, out, err } = await run(args, { cwd });
    const { problems } = JSON.parse(out) as { problems: Record<string, string>[] };
    return { code, err, problems };
  }

  /** That a check was refused as a wrong call, and says so in its JSON. */
  async function refused(answer: ReturnType<typeof check>, code: string, message: RegExp): Promise<void> {
    const problem = { file: null, event: null, code, message: expect.stringMatching(message) };
    expect(await answer).toEqual({ code: 2, err: '', problems: [expect.objectContaining(problem)] });
  }

  const codes = async (...args: Parameters<typeof check>) =>
    (await check(...args)).problems.map(({ code, event }) => `${code} ${event}`);

  it('has nothing against docs, layout, new versions and new events', async () => {
    write({
      [CREATED]: JSON.stringify(record({ label: 'string' }, { doc: 'New.' }), undefined, 4),
      'todo/v2_todo_created.json': record({ label: 'string', more: { type: 'int', default: 0 } }),
      'todo/v1_todo_opened.json': record({}, { name: 'TodoOpened' }),
      'shared/time.json': time('int', { doc: 'Shared.' }),
    });
    expect(await check('HEAD')).toEqual({ code: 0, err: '', problems: [] });
  });

  it('names what a version says differently', async () => {
    write({ [CREATED]: record({ label: 'bytes', more: { type: 'int', default: 0 } }) });
    const { code, problems } = await check('main');
    expect(code).toBe(1);
    expect(problems).toEqual([
      expect.objectContaining({ code: 'SCHEMA_CHANGED', event: 'todo_created', version: 1, path: null }),
    ]);
    expect(problems[0]?.['message']).toMatch(
      /v1_todo_created\.json means something else than at main: label was string, is bytes; more was field missing, is int\. Put it back/,
    );
  });

  it('sees a change even if a newer version came with it, and one of a shared type', async () => {
    const next = record({ label: 'string', more: { type: 'int', default: 0 } });
    write({ [CREATED]: next, 'todo/v2_todo_created.json': next, 'shared/time.json': time('long') });
    expect((await check('HEAD')).problems.map(({ event, path }) => [event, path])).toEqual([
      ['todo_created', 'more'],
      ['todo_done', 'at.seconds'],
    ]);
  });

  it('names versions and events that are gone', async () => {
    commit({ 'todo/v2_todo_created.json': record({ label: 'string' }) });
    repository.remove('avro/todo/v2_todo_created.json').remove(`avro/${DONE}`);
    const { problems } = await check('HEAD');
    expect(problems.map(({ code, event, version }) => [code, event, version])).toEqual([
      ['SCHEMA_REMOVED', 'todo_done', 1],
      ['SCHEMA_REMOVED', 'todo_created', 2],
    ]);
    expect(problems[0]?.['file']).toMatch(/avro\/todo\/v1_todo_done\.json$/);
    expect(await codes('HEAD~1')).toEqual(['SCHEMA_REMOVED todo_done']);
  });

  it('names a whole folder that is gone', async () => {
    repository.remove('avro/todo');
    expect(await codes('HEAD')).toEqual([
      'SCHEMA_DIRECTORY_EMPTY null',
      'SCHEMA_REMOVED todo_created',
      'SCHEMA_REMOVED todo_done',
    ]);
  });

  it('takes another ending of the name, and an event that was renamed with all its versions', async () => {
    const fields = { at: 'shop.Time' };
    repository.remove(`avro/${DONE}`).remove(`avro/${CREATED}`);
    write({
      'todo/v1_todo_finished.json': record(fields, { name: 'TodoFinished', aliases: ['TodoDone'] }),
      'todo/v1_todo_created.avsc': record({ label: 'string' }),
    });
    expect(await codes('HEAD')).toEqual([]);
    write({ 'todo/v1_todo_finished.json': record(fields, { name: 'TodoFinished' }) });
    expect(await codes('HEAD')).toEqual(['SCHEMA_REMOVED todo_done']);
    write({ 'todo/v1_todo_finished.json': record({}, { name: 'TodoFinished', aliases: ['TodoDone'] }) });
    expect(await codes('HEAD')).toEqual(['SCHEMA_REMOVED todo_done']);
  });

  describe('an event that was renamed', () => {
    const gone = async (now: Record<string, unknown>, then: Record<string, unknown>) => {
      commit(then);
      for (const file of [CREATED, DONE, ...Object.keys(then)]) {
        if (existsSync(join(repository.path, 'avro', file))) repository.remove(`avro/${file}`);
      }
      write(now);
      const { problems } = await check('HEAD');
      return problems
        .filter(({ event }) => event !== 'todo_created' && event !== 'todo_done')
        .map(({ code, aggregate, event, version }) => `${code} ${aggregate}/${event} ${version}`);
    };
    const empty = (name: string, ...aliases: string[]) => record({}, { name, aliases });

    it('stands for one that is gone, not for several', async () => {
      const then = { 'bill/v1_bill_sent.json': empty('Sent'), 'bill/v1_sent.json': empty('Sent') };
      expect(await gone({ 'bill/v1_bill_mailed.json': empty('Mailed', 'Sent') }, then)).toEqual([
        'SCHEMA_REMOVED bill/sent 1',
      ]);
    });

    it('is found even if another could have been it, too', async () => {
      const then = { 'bill/v1_bill_a.json': empty('A'), 'bill/v1_bill_b.json': empty('B') };
      const now = { 'bill/v1_bill_c.json': empty('C', 'A', 'B'), 'bill/v1_bill_d.json': empty('D', 'A') };
      expect(await gone(now, then)).toEqual([]);
    });

    it('does not stand for one whose files were broken', async () => {
      const then = { 'bill/v1_bill_bad.json': '{', 'bill/v1_bill_sent.json': empty('Sent') };
      expect(await gone({ 'bill/v1_bill_mailed.json': empty('Mailed', 'Sent') }, then)).toEqual([]);
    });

    it('may move to another aggregate under its event type only', async () => {
      const then = { 'bill/v1_sent.json': empty('Sent'), 'bill/v2_sent.json': empty('Sent') };
      const now = { 'mail/v1_sent.json': empty('Sent'), 'mail/v2_sent.json': empty('Sent') };
      expect(await gone(now, then)).toEqual([]);
      repository.remove('avro/mail');
      const other = { 'mail/v1_mail_sent.json': empty('Sent'), 'mail/v2_mail_sent.json': empty('Sent') };
      expect(await gone(other, then)).toEqual(['SCHEMA_REMOVED bill/sent 1', 'SCHEMA_REMOVED bill/sent 2']);
    });

    it('is rather one of the same aggregate', async () => {
      const then = { 'a/v1_sent.json': empty('Sent'), 'bill/v1_x_sent.json': empty('Sent') };
      expect(await gone({ 'bill/v1_sent.json': empty('Sent') }, then)).toEqual(['SCHEMA_REMOVED a/sent 1']);
    });
  });

  it('names the file of a shared type that changed', async () => {
    const bystander = record({ other: 'int' }, { name: 'Other', namespace: 'shop' });
    commit({ 'shared/other.json': bystander });
    write({
      'shared/time.json': time('long'),
      'shared/other.json': { ...bystander, doc: 'New.' },
      [CREATED]: record({ label: 'int' }),
    });
    const [created, shared, ...others] = (await check('HEAD')).problems.map(({ message }) => message);
    expect(others).toEqual([]);
    expect(created).not.toContain('shared');
    expect(shared).toMatch(
      /at\.seconds was int, is long\. It uses types of \S*avro\/shared\/time\.json, which changed, too\. Put/,
    );
    expect(shared).not.toContain('other.json');
  });

  it('does not repeat what is wrong with a file now, nor report what was wrong then', async () => {
    write({ [CREATED]: '{' });
    expect(await codes('HEAD')).toEqual(['SCHEMA_NOT_JSON todo_created']);
    repository.commit();
    write({ [CREATED]: record({ label: 'int' }) });
    expect(await codes('HEAD')).toEqual([]);
    expect(await codes('HEAD~1')).toEqual(['SCHEMA_CHANGED todo_created']);
  });

  it('says that all is new where the directory was not there, or was a file', async () => {
    write({ [CREATED]: record({}) }, 'other');
    repository.write('third', 'x');
    const { code, err } = await check('HEAD', 'other');
    expect([code, err]).toEqual([0, expect.stringContaining('all of them are new')]);
    repository.commit();
    repository.remove('third');
    write({ [CREATED]: record({}) }, 'third');
    expect((await check('HEAD', 'third')).code).toBe(0);
  });

  it.each(['a b/ünï\t"x"/[y]*?', 'deep/er'])(
    'reads the folder %j below the root, from anywhere',
    async (folder) => {
      commit({ [CREATED]: record({ label: 'string' }) }, folder);
      write({ [CREATED]: record({ label: 'int' }) }, folder);
      expect(await codes('HEAD', folder)).toEqual(['SCHEMA_CHANGED todo_created']);
      expect(await codes('HEAD', '.', join(repository.path, folder))).toEqual([
        'SCHEMA_CHANGED todo_created',
      ]);
      expect(await codes('HEAD', join(repository.path, folder), '/')).toEqual([
        'SCHEMA_CHANGED todo_created',
      ]);
    },
  );

  it('reads the root of a repository, and a worktree', async () => {
    commit({ 'v/v1_v_x.json': record({}, { name: 'x' }) }, '.');
    repository.remove('avro').remove('v/v1_v_x.json');
    expect(await codes('HEAD', '.')).toContain('SCHEMA_REMOVED v_x');
    const worktree = repository.beside('tree');
    repository.git('worktree', 'add', '-q', '--detach', worktree, 'HEAD');
    writeFileSync(join(worktree, `avro/${CREATED}`), JSON.stringify(record({ label: 'int' })));
    expect(await codes('HEAD', 'avro', worktree)).toEqual(['SCHEMA_CHANGED todo_created']);
  });

  it('follows links as the directory itself does', async () => {
    repository.remove(`avro/${DONE}`).remove('avro/shared/time.json');
    write({ [DONE]: done({ at: 'shop.Time' }), 'base/real.json': time('int'), 'base/loop.json': '' });
    repository.link('avro/shared/time.json', '../base/hop.json').link('avro/base/hop.json', './real.json');
    repository.link('avro/base/loop.json', 'loop.json').link('avro/base/out.json', '../../../etc/passwd');
    repository.commit();
    repository.remove('avro/base/loop.json').remove('avro/base/out.json');
    expect(await codes('HEAD')).toEqual([]);
    write({ 'base/real.json': time('long') });
    expect(await codes('HEAD')).toEqual(['SCHEMA_CHANGED todo_done']);
  });

  it('is not bothered by many files, and large ones that are no schemas', async () => {
    const names = Array.from({ length: 500 }, (_, index) => `x${index}`);
    const events = names.map((name) => [`${name}/v1_${name}_y.json`, record({ a: 'string' }, { name: 'y' })]);
    commit({ ...Object.fromEntries(events), 'big.json.txt': 'x'.repeat(5e6), 'big.json': ' '.repeat(5e6) });
    repository.remove('avro/big.json').remove('avro/x7');
    expect(await codes('HEAD')).toEqual(['SCHEMA_REMOVED x7_y']);
  });

  it.each([
    'nope',
    '',
    '-x',
    '--all',
    '^HEAD',
    'HEAD..HEAD',
    'HEAD:avro',
    'HEAD^{tree}',
    'a b',
    '$(id)',
    '\u0000',
    '\u001b[2J',
  ])('refuses %j, which is no commit', async (ref) => {
    await refused(check(ref), 'SCHEMA_REF_UNKNOWN', /^git knows no commit/);
    const { code, out, err } = await run(['schema', 'check', '--against', ref], { cwd: repository.path });
    expect([code, out, err]).toEqual([2, '', expect.stringContaining('git knows no commit')]);
    expect(err).not.toContain('\u001b');
  });

  it('takes tags, branches and short ids', async () => {
    repository.git('tag', '-a', '-m', 'x', 'v1');
    repository.git('branch', 'feature/x');
    for (const ref of ['v1', 'feature/x', repository.git('rev-parse', '--short', 'HEAD'), 'HEAD@{0}']) {
      expect((await check(ref)).code).toBe(0);
    }
  });

  it('stays with the repository of the directory when git runs it as a hook of another', async () => {
    process.env['GIT_DIR'] = repository.beside('nowhere');
    try {
      expect((await check('HEAD')).code).toBe(0);
    } finally {
      delete process.env['GIT_DIR'];
    }
  });

  it('needs a repository', async () => {
    const answer = check('HEAD', '.', schemaDirectory({ [CREATED]: record({}) }));
    const message = /needs a directory in a git repository, .* leave --against out/;
    await refused(answer, 'SCHEMA_REF_UNREADABLE', message);
  });

  it('needs git', async () => {
    const path = process.env['PATH'];
    process.env['PATH'] = repository.beside('no-programs');
    try {
      await refused(check('HEAD'), 'SCHEMA_REF_UNREADABLE', /git was not found/);
    } finally {
      process.env['PATH'] = path;
    }
  });
});
