import { TemporaryRepository } from '../unit/sample-app/git/temporary-repository.js';

/** A repository with so many commits, each of which changes two files; quick to make. */
export function createLongRepository(commits: number): TemporaryRepository {
  const repository = TemporaryRepository.create();
  const stream = Array.from({ length: commits }, (_, i) =>
    [
      'commit refs/heads/main',
      `committer Ada <ada@example.org> ${1_700_000_000 + i} +0000`,
      'data 0',
      ...file('same.txt', `${i}`),
      ...file(`file-${i % 7}.txt`, `${i}`),
      '',
    ].join('\n'),
  );
  repository.gitBytes(['fast-import', '--quiet'], stream.join('\n'));
  repository.git('reset', '-q', '--hard');
  return repository;
}

function file(path: string, content: string): string[] {
  return [`M 100644 inline ${path}`, `data ${content.length}`, content];
}
