import * as fc from 'fast-check';
import { fastImport } from './fast-import.js';
import { expectFoldToEqualTrees } from './folded-tree.js';
import { randomHistory } from './random-history.js';
import { TemporaryRepository } from './temporary-repository.js';

describe('any history', () => {
  it('folds to the tree of git at every commit', async () => {
    const kinds = new Map<string, number>();
    const property = fc.asyncProperty(randomHistory, async (steps) => {
      const repository = TemporaryRepository.create();
      try {
        repository.gitBytes(['fast-import', '--quiet', '--force'], fastImport(steps));
        const [branch = ''] = repository
          .git('for-each-ref', '--sort=refname', '--format=%(refname)')
          .split('\n');
        repository.git('symbolic-ref', 'HEAD', branch);
        const commits = await expectFoldToEqualTrees(repository);
        for (const { kind } of commits.flatMap(({ changes }) => changes))
          kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      } finally {
        repository.delete();
      }
    });
    const runs = Number(process.env['NESTEVENTS_RANDOM_HISTORIES'] ?? 25);
    await fc.assert(property, { numRuns: runs, seed: 20_260_101, endOnFailure: true });
    expect([...kinds.keys()].sort()).toEqual(['added', 'deleted', 'modeChanged', 'modified', 'renamed']);
  }, 600_000);
});
