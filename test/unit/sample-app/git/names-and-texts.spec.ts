import { GitRepository } from '../../../../sample-app/files/git/index.js';
import { expectFoldToEqualTrees } from './folded-tree.js';
import { TemporaryRepository } from './temporary-repository.js';

const NAMES = [
  'with space', ' ', 'tab\there', 'new\nline', '\n', ':100644 100644 a b M', 'quote"s', "it's", 'back\\slash', '-dash', '--help',
  '__proto__', 'constructor', 'toString', 'hasOwnProperty', 'ümlaut', 'u\u0308mlaut', '日本語', '🦉', '\uffff', '\ufeffbom',
  'a.c', 'a/x', 'a0', 'a-', '$HOME', '`id`', '*', '{}', '\r', '\u0001', '\u001b[31m', '\u007f', '\ufffd',
  '0123456789012345678901234567890123456789', 'deep/'.repeat(60) + 'file', 'n'.repeat(3_000),
].map((name) => Buffer.from(name)); // prettier-ignore
const NOT_UTF8 = ['ff', 'fe2f61', '61c3', 'c0af', 'eda080', '80', 'f09fa6'].map((hex) =>
  Buffer.from(hex, 'hex'),
);

describe('names and texts', () => {
  let repository: TemporaryRepository;
  beforeEach(() => {
    repository = TemporaryRepository.create();
  });
  afterEach(() => repository.delete());

  it('reads every path that git allows', async () => {
    const all = [...NAMES, ...NOT_UTF8];
    repository.commitTree(all.map((name, i) => [name, '100644', `content ${i}`]));
    repository.commitTree(
      all.map((name, i) => [name, i % 2 ? '100755' : '100644', `content ${i % 3 ? i : 'new'}`]),
    );
    repository.commitTree(
      all.map((name, i) => [Buffer.concat([name, Buffer.from('~')]), '120000', `content ${i}`]),
    );
    repository.commitTree([]);
    await expectFoldToEqualTrees(repository);
  });

  it('keeps the bytes of a path only where it is not UTF-8', async () => {
    const first = repository.commitTree(NOT_UTF8.slice(0, 1).map((name) => [name, '100644', 'x']));
    const second = repository.commitTree([[Buffer.from('\ufffd'), '100644', 'x']]);
    const opened = await GitRepository.open(repository.path);
    const paths = (await Promise.all([first, second].map((id) => opened.listTree(id)))).map(
      ([entry]) => entry?.path,
    );
    expect(paths).toEqual([
      { text: '\ufffd', bytes: Buffer.from([0xff]) },
      { text: '\ufffd', bytes: null },
    ]);
  });

  it('reads author, dates and subject', async () => {
    const author = { GIT_AUTHOR_NAME: 'Zoë\t"Ω" \u0001é', GIT_AUTHOR_EMAIL: 'a b@c' };
    repository.commitIndex('first line\nsame paragraph\r\n\nthe body', author);
    const [commit] = await expectFoldToEqualTrees(repository);
    expect(commit).toMatchObject({
      author: { name: 'Zoë\t"Ω" \u0001é', email: 'a b@c' },
      authoredAt: new Date(1_700_000_000_000),
      committedAt: new Date(1_700_000_060_000),
    });
    expect(commit!.subject).toContain('first line same paragraph');
  });

  it('reads odd messages and goes on', async () => {
    const messages = [
      '',
      ':100644 100644 a b M',
      'a'.repeat(200_000),
      '\u001b[31mred\u0007',
      '🦉',
      '%H%x00%n',
      '\n\n\n',
    ];
    for (const message of messages) {
      repository.write(`file-${message.length}`, message);
      repository.commit(message);
    }
    const commits = await expectFoldToEqualTrees(repository);
    expect(commits.map(({ subject }) => subject)).toEqual([...messages.slice(0, -1), '']);
  });

  it('recodes a message that is not in UTF-8, and survives one that lies about it', async () => {
    repository.git('config', 'i18n.commitEncoding', 'ISO-8859-1');
    repository.gitBytes(['commit', '-q', '--allow-empty', '-F', '-'], Buffer.from('caf\xe9', 'latin1'));
    repository.git('tag', 'first');
    const latin1 = repository.gitBytes(['cat-file', 'commit', 'HEAD']).toString('latin1');
    repository.commitObject(Buffer.from(latin1.replace('\nencoding ISO-8859-1', ''), 'latin1'));
    repository.commitObject(Buffer.from(latin1.replace('ISO-8859-1', 'no-such-encoding'), 'latin1'));
    repository.git('config', 'i18n.logOutputEncoding', 'UTF-16');
    const commits = await expectFoldToEqualTrees(repository);
    expect(commits.map(({ subject }) => subject)).toEqual(['caf\ufffd']);
    repository.git('update-ref', 'HEAD', 'first');
    expect((await expectFoldToEqualTrees(repository)).map(({ subject }) => subject)).toEqual(['café']);
  });

  it('survives commits without a usable author or date', async () => {
    repository.commitIndex('root');
    const tree = repository.git('rev-parse', 'HEAD^{tree}');
    for (const author of [
      '',
      ' <> ',
      'A <a@b> 99999999999999999999 +0000',
      'A <a@b> -5 +0000',
      '<<>> x',
      'A a@b',
    ]) {
      const parent = repository.git('rev-parse', 'HEAD');
      repository.commitObject(
        Buffer.from(`tree ${tree}\nparent ${parent}\nauthor ${author}\ncommitter ${author}\n\nodd`),
      );
    }
    const commits = await expectFoldToEqualTrees(repository);
    expect(commits).toHaveLength(7);
    expect(() => commits.map(({ authoredAt }) => authoredAt.toISOString())).not.toThrow();
  });

  it('reads modes of old repositories as git shows them', async () => {
    const blob = repository.gitBytes(['hash-object', '-w', '--stdin'], 'x').toString('latin1').trim();
    for (const mode of ['100664', '100644', '100775']) {
      const entry = Buffer.concat([Buffer.from(`${mode} old\0`), Buffer.from(blob, 'hex')]);
      const hash = ['hash-object', '-t', 'tree', '-w', '--literally', '--stdin'];
      const tree = repository.gitBytes(hash, entry).toString('latin1').trim();
      const parents = repository.git('rev-list', '--all', '-1').split('\n').filter(Boolean);
      const commit = repository.git('commit-tree', ...parents.flatMap((id) => ['-p', id]), '-m', mode, tree);
      repository.git('update-ref', 'refs/heads/main', commit);
    }
    await expectFoldToEqualTrees(repository);
  });
});
