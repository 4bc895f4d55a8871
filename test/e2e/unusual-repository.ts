import { TemporaryRepository } from '../unit/sample-app/git/temporary-repository.js';

const SUBMODULE = '1234567890123456789012345678901234567890';

/** A small repository with all that makes importing hard: odd names, merges, renames, modes, links, submodules. */
export function createUnusualRepository(): TemporaryRepository {
  const repository = TemporaryRepository.create();
  repository.write('README.md', '# one\n').write('a/b/c.txt', lines('c')).commit('root');
  repository.git('commit', '-q', '--allow-empty', '-m', 'nothing changed');
  repository
    .write('with space.txt', 'x')
    .write('tab\tnew\nline "quoted" \\', 'x')
    .write('ümläut/文字 🚀.md', 'x')
    .write('-dash', 'x')
    .write('a.b', 'x')
    .write('a-b', 'x')
    .write('a/%00', 'x')
    .commit('unusual names');
  repository.write('run.sh', '#!/bin/sh\n').link('link', 'README.md').commit('a script and a link');
  repository.git('update-index', '--chmod=+x', 'run.sh');
  repository.submodule('library', SUBMODULE).commitIndex('an executable and a submodule');
  repository.git('mv', 'a/b/c.txt', 'moved.txt');
  repository.commitIndex('renamed');
  repository.git('mv', 'moved.txt', 'again.txt');
  repository.write('again.txt', `${lines('c')}one more\n`);
  repository.git('add', 'again.txt');
  repository.commitIndex('renamed and changed');
  branchAndMerge(repository);
  repository.git('rm', '-q', '--cached', 'link', 'with space.txt');
  repository.commitIndex('deleted');
  repository.write('with space.txt', 'back again');
  repository.git('add', 'with space.txt');
  repository.commitIndex('added again');
  repository.commitTree([
    [Buffer.from('latin-\xe9.txt', 'latin1'), '100644', 'é'],
    [Buffer.from('latin-\xe8.txt', 'latin1'), '100644', 'è'],
    [Buffer.from('README.md'), '100644', 'two'],
  ]);
  return repository;
}

function branchAndMerge(repository: TemporaryRepository): void {
  repository.git('checkout', '-q', '-f', '-b', 'side');
  repository.write('side.txt', 'side').write('README.md', '# side\n');
  repository.git('add', 'side.txt', 'README.md');
  repository.commitIndex('on the side');
  repository.git('checkout', '-q', '-f', 'main');
  repository.write('main.txt', 'main');
  repository.git('add', 'main.txt');
  repository.commitIndex('on the line');
  repository.git('merge', '-q', '--no-ff', '-m', 'merged', 'side');
}

function lines(text: string): string {
  return Array.from({ length: 20 }, (_, i) => `${text} ${i}\n`).join('');
}
