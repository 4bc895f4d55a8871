import { expectFoldToEqualTrees, inShort } from './folded-tree.js';
import { TemporaryRepository } from './temporary-repository.js';

describe('merges', () => {
  let repository: TemporaryRepository;
  beforeEach(() => {
    repository = TemporaryRepository.create();
    repository.write('base', 'base\n').commit('base');
  });
  afterEach(() => repository.delete());

  function branch(name: string, file: string): void {
    repository.git('checkout', '-q', '-b', name, 'main');
    repository.write(file, `by ${name}\n`).commit(`on ${name}`);
    repository.write(`${file}-2`, `by ${name} again\n`).commit(`again on ${name}`);
    repository.git('checkout', '-q', 'main');
  }

  it('are one commit each, with all that they brought', async () => {
    branch('topic', 'topic-file');
    repository.write('main-file', 'x').commit('on main');
    repository.git('merge', '-q', '--no-ff', '-m', 'merge topic', 'topic');
    const commits = await expectFoldToEqualTrees(repository);
    expect(commits.map(({ subject }) => subject)).toEqual(['base', 'on main', 'merge topic']);
    expect(inShort(commits[2]!)).toEqual(['added topic-file', 'added topic-file-2']);
  });

  it('may have many parents', async () => {
    for (const name of ['one', 'two', 'three', 'four']) branch(name, name);
    repository.git('merge', '-q', '--no-ff', '-m', 'octopus', 'one', 'two', 'three', 'four');
    const commits = await expectFoldToEqualTrees(repository);
    expect(repository.git('log', '-1', '--format=%P').split(' ')).toHaveLength(5);
    expect(commits.at(-1)!.changes).toHaveLength(8);
  });

  it('may change what no parent has', async () => {
    branch('topic', 'topic-file');
    repository.git('merge', '-q', '--no-ff', '--no-commit', 'topic');
    repository
      .write('evil', 'of no parent')
      .write('base', 'changed by the merge\n')
      .remove('topic-file')
      .commit('evil');
    const commits = await expectFoldToEqualTrees(repository);
    expect(inShort(commits.at(-1)!)).toEqual(['modified base', 'added evil', 'added topic-file-2']);
  });

  it('may change nothing against the first parent', async () => {
    branch('topic', 'topic-file');
    repository.git('merge', '-q', '-s', 'ours', '-m', 'ours', 'topic');
    const commits = await expectFoldToEqualTrees(repository);
    expect(commits.map(inShort)).toEqual([['added base'], []]);
  });

  it('may undo the first parent, and join a history of its own root', async () => {
    repository.git('checkout', '-q', '--orphan', 'other');
    repository.git('rm', '-q', '-rf', '.');
    repository.write('foreign', 'x').commit('other root');
    repository.git('checkout', '-q', 'main');
    repository.git('merge', '-q', '--allow-unrelated-histories', '-m', 'join', 'other');
    const tree = repository.git('rev-parse', 'other^{tree}');
    const theirs = repository.git('commit-tree', '-p', 'HEAD', '-p', 'other', '-m', 'theirs', tree);
    repository.git('reset', '-q', '--hard', theirs);
    const commits = await expectFoldToEqualTrees(repository);
    expect(commits.map(inShort)).toEqual([['added base'], ['added foreign'], ['deleted base']]);
  });
});
