import { expectFoldToEqualTrees, inShort } from './folded-tree.js';
import { TemporaryRepository } from './temporary-repository.js';

const LONG = Array.from({ length: 50 }, (_, line) => `line ${line}\n`).join('');
const OTHER = Array.from({ length: 50 }, (_, line) => `something else ${line * 7}\n`).join('');
const SUBMODULE = ['1', '2'].map((digit) => digit.repeat(40)) as [string, string];

describe('the changes of one commit', () => {
  let repository: TemporaryRepository;
  beforeEach(() => {
    repository = TemporaryRepository.create();
  });
  afterEach(() => repository.delete());

  async function lastChanges(): Promise<string[]> {
    const commits = await expectFoldToEqualTrees(repository);
    return inShort(commits.at(-1)!);
  }

  it('adds, modifies and deletes files', async () => {
    repository.write('a', '1').write('b', '2').write('folder/c', '3').commit();
    repository.write('a', 'changed').remove('b').write('folder/d', 'new').commit();
    expect(await lastChanges()).toEqual(['modified a', 'deleted b', 'added folder/d']);
  });

  it('deletes the last file', async () => {
    repository.write('a', '1').commit();
    repository.remove('a').commit();
    expect(await lastChanges()).toEqual(['deleted a']);
  });

  it('has none in an empty commit, wherever it stands', async () => {
    repository.commitIndex('empty root');
    repository.write('a', '1').commit();
    repository.commitIndex('');
    repository.commitIndex('empty again');
    repository.write('b', '1').commit();
    repository.commitIndex('empty head');
    const commits = await expectFoldToEqualTrees(repository);
    expect(commits.map(inShort)).toEqual([[], ['added a'], [], [], ['added b'], []]);
  });

  it('changes a mode only', async () => {
    repository.write('a', LONG).commit();
    repository.write('a', LONG, 0o755).commit();
    expect(await lastChanges()).toEqual(['modeChanged a']);
  });

  it('changes mode and content', async () => {
    repository.write('a', LONG).commit();
    repository.write('a', OTHER, 0o755).commit();
    expect(await lastChanges()).toEqual(['modified a']);
  });

  it('renames with and without an edit, and with a new mode', async () => {
    repository.write('a', LONG).write('b', OTHER).write('c', `${LONG}${OTHER}`).commit();
    repository.remove('a').write('x/a', LONG).remove('b').write('x/b', `${OTHER}more\n`);
    repository.remove('c').write('x/c', `${LONG}${OTHER}`, 0o755).commit();
    expect(await lastChanges()).toEqual(['renamed a -> x/a', 'renamed b -> x/b', 'renamed c -> x/c']);
  });

  it('renames along a chain of commits and back', async () => {
    repository.write('a', LONG).commit();
    for (const [from, to] of ['ab', 'bc', 'ca', 'ab'] as const) {
      repository.git('mv', from!, to!);
      repository.commit();
    }
    const commits = await expectFoldToEqualTrees(repository);
    const renames = ['renamed a -> b', 'renamed b -> c', 'renamed c -> a', 'renamed a -> b'];
    expect(commits.slice(1).flatMap(inShort)).toEqual(renames);
  });

  it('shows swapped names as two modified files', async () => {
    repository.write('a', LONG).write('b', OTHER).commit();
    repository.write('a', OTHER).write('b', LONG).commit();
    expect(await lastChanges()).toEqual(['modified a', 'modified b']);
  });

  it('keeps a chain of renames in one commit free of double paths', async () => {
    repository.write('a', LONG).write('b', OTHER).commit();
    repository.remove('a').write('b', LONG).write('c', OTHER).commit();
    expect(await lastChanges()).toEqual(expect.arrayContaining(['modified b']));
  });

  it('gives one source to one target only', async () => {
    repository.write('a', LONG).commit();
    repository.remove('a').write('b', LONG).write('c', LONG).write('d', `${LONG}x`).commit();
    const changes = await lastChanges();
    expect(changes.filter((change) => change.startsWith('renamed'))).toHaveLength(1);
    expect(changes.filter((change) => change.startsWith('added'))).toHaveLength(2);
  });

  it('does not take a copy for a rename', async () => {
    repository.write('a', LONG).commit();
    repository.write('a', `${LONG}x`).write('b', LONG).commit();
    expect(await lastChanges()).toEqual(['modified a', 'added b']);
  });

  it('replaces a file by a folder and a folder by a file', async () => {
    repository.write('a', LONG).write('b/x', OTHER).write('b/y', `${OTHER}${LONG}`).commit();
    repository.remove('a').write('a/a', LONG).write('a/b', 'new').remove('b').write('b', OTHER).commit();
    await lastChanges();
    repository.remove('a').write('a', 'a').remove('b').write('b/b/b', 'b').commit();
    await lastChanges();
  });

  it('turns files into symlinks and back', async () => {
    repository.write('a', LONG).write('b', 'target').link('l', 'a').commit();
    repository.link('a', 'b').link('b', 'target').link('l', 'elsewhere').commit();
    expect(await lastChanges()).toEqual(['modified a', 'modeChanged b', 'modified l']);
    repository.remove('a').write('a', LONG).remove('l').commit();
    expect(await lastChanges()).toEqual(['modified a', 'deleted l']);
  });

  it('adds, bumps, moves and removes a submodule', async () => {
    repository.write('a', '1').commit();
    repository.submodule('sub', SUBMODULE[0]).commitIndex();
    expect(await lastChanges()).toEqual(['added sub']);
    repository.submodule('sub', SUBMODULE[1]).commitIndex();
    expect(await lastChanges()).toEqual(['modified sub']);
    repository.git('rm', '-q', '--cached', 'sub');
    repository.submodule('moved', SUBMODULE[1]).commitIndex();
    await lastChanges();
    repository.git('rm', '-q', '--cached', 'moved');
    repository.commitIndex();
    expect(await lastChanges()).toEqual(['deleted moved']);
  });

  it('turns a file into a submodule and back, and a folder into a submodule', async () => {
    repository.write('a', LONG).write('folder/x', OTHER).commit();
    repository.git('rm', '-q', '-r', '--cached', 'folder');
    repository.submodule('a', SUBMODULE[0]).submodule('folder', SUBMODULE[0]).commitIndex();
    expect(await lastChanges()).toEqual(['modified a', 'added folder', 'deleted folder/x']);
    repository.git('rm', '-q', '--cached', 'a', 'folder');
    repository.commit();
    await lastChanges();
  });

  it('moves empty files', async () => {
    repository.write('a/__init__', '').write('b/__init__', '').commit();
    repository
      .remove('a')
      .remove('b')
      .write('c/__init__', '')
      .write('d/__init__', '')
      .write('e', '')
      .commit();
    await lastChanges();
  });
});
