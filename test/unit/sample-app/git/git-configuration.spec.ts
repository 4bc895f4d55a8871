import { GitRepository, type Commit } from '../../../../sample-app/files/git/index.js';
import { TemporaryRepository } from './temporary-repository.js';

const SETTINGS: Record<string, string[]> = {
  'core.quotePath': ['true', 'false'],
  'core.abbrev': ['7'],
  'color.ui': ['always'],
  'color.diff': ['always'],
  'diff.renames': ['false', 'copies'],
  'diff.renameLimit': ['1'],
  'diff.noprefix': ['true'],
  'diff.relative': ['true'],
  'diff.ignoreSubmodules': ['all'],
  'diff.submodule': ['log'],
  'diff.orderFile': ['order'],
  'diff.external': ['/bin/false'],
  'diff.algorithm': ['histogram'],
  'diff.wordRegex': ['.'],
  'format.pretty': ['oneline', '%H'],
  'format.notes': ['*'],
  'i18n.logOutputEncoding': ['UTF-16'],
  'log.abbrevCommit': ['true'],
  'log.date': ['relative'],
  'log.decorate': ['full'],
  'log.diffMerges': ['off', 'combined', 'dense-combined', 'remerge'],
  'log.follow': ['true'],
  'log.mailmap': ['true'],
  'log.showRoot': ['false'],
  'log.showSignature': ['true'],
  'notes.displayRef': ['refs/notes/*'],
  'pager.log': ['true', '/bin/false'],
  'submodule.sub.ignore': ['all'],
  'alias.log': ['!false'],
};

describe('configuration does not change what is read', () => {
  let temporary: TemporaryRepository;
  let expected: Commit[];
  beforeAll(async () => {
    temporary = TemporaryRepository.create();
    temporary
      .write('.mailmap', 'Somebody Else <else@example.org> <ada@example.org>\n')
      .write('order', 'sub\n');
    temporary
      .write('.gitattributes', '* diff=mine\n')
      .write('folder/z', 'z\n'.repeat(30))
      .write('folder/stays', '')
      .write('a', 'a\n'.repeat(30));
    temporary.write('.gitmodules', '[submodule "sub"]\n\tpath = sub\n\turl = ./nowhere\n\tignore = all\n');
    temporary.git('add', '-A');
    temporary.submodule('sub', '1'.repeat(40)).commitIndex('root é');
    temporary.git('notes', 'add', '-m', 'a note');
    temporary.git('checkout', '-q', '-b', 'topic');
    temporary.git('mv', 'folder/z', 'y');
    temporary.git('mv', 'a', 'b');
    temporary.submodule('sub', '2'.repeat(40)).commitIndex('topic');
    temporary.git('checkout', '-q', 'main');
    temporary.write('folder/ü', 'x');
    temporary.git('add', 'folder');
    temporary.commitIndex('main');
    temporary.git('merge', '-q', '--no-ff', '-m', 'merge', 'topic');
    temporary.signHead();
    expected = await read();
  });
  afterAll(() => temporary.delete());

  async function read(): Promise<Commit[]> {
    const commits: Commit[] = [];
    for await (const commit of (await GitRepository.open(`${temporary.path}/folder`)).commits())
      commits.push(commit);
    return commits;
  }

  it('(the history has merges, renames and submodules)', () => {
    expect(expected.map(({ changes }) => changes.length)).toEqual([8, 1, 3]);
    expect(expected[0]!.author).toEqual({ name: 'Ada Author', email: 'ada@example.org' });
  });

  const cases = Object.entries(SETTINGS).flatMap(([name, values]) =>
    values.map((value) => [name, value] as const),
  );
  it.each(cases)('%s = %s', async (name, value) => {
    temporary.git('config', name, value);
    try {
      expect(await read()).toEqual(expected);
    } finally {
      temporary.git('config', '--unset', name);
    }
  });

  it('all of them together', async () => {
    for (const [name, [value = '']] of Object.entries(SETTINGS)) temporary.git('config', name, value);
    temporary.git('config', 'diff.mine.command', '/bin/false');
    temporary.git('config', 'diff.mine.textconv', '/bin/false');
    expect(await read()).toEqual(expected);
  });
});
