import fc from 'fast-check';
import { setTimeout as sleep } from 'node:timers/promises';
import { EventStore } from 'nestevents';
import { DataSource } from 'typeorm';
import { GitRepository } from '../../sample-app/files/git/index.js';
import { HistoryImporter } from '../../sample-app/files/import/history-importer.js';
import { CurrentTree } from '../../sample-app/files/read-model/current-tree.js';
import { FileTreeProjection } from '../../sample-app/files/read-model/file-tree.projection.js';
import { TreeCatchUp } from '../../sample-app/files/read-model/tree-catch-up.js';
import { TREE_EVENTS, type TreeEvent } from '../../sample-app/files/tree-events.js';
import { TemporaryRepository } from '../unit/sample-app/git/temporary-repository.js';
import { createLongRepository } from './long-repository.js';
import { SampleApplication } from './sample-application.js';
import { createUnusualRepository } from './unusual-repository.js';

describe('the current tree', () => {
  let sample: SampleApplication;
  let repository: TemporaryRepository;

  beforeEach(async () => {
    sample = await SampleApplication.start();
  });
  afterEach(async () => {
    repository.delete();
    await sample.stop();
  });

  async function importNow(): Promise<void> {
    await sample.app.get(HistoryImporter).import(await GitRepository.open(repository.path));
  }

  const blobsOf = (commit: string): string[] =>
    repository.git('ls-tree', '-r', '--format=%(objectname)', commit).split('\n').filter(Boolean);

  it('is one of git wherever batches end, never half a commit', async () => {
    repository = createUnusualRepository();
    await importNow();
    await sample.app.get(TreeCatchUp).wait();
    await sample.http.post('/projections/file-tree/pause').expect(200);
    const events: TreeEvent[] = [];
    for await (const event of sample.app.get(EventStore).readAll({ types: TREE_EVENTS })) {
      events.push(event as TreeEvent);
    }
    const commits = repository.git('rev-list', '--first-parent', '--reverse', 'HEAD').split('\n');
    const trees = new Map(commits.map((commit) => [commit, blobsOf(commit)]));
    const [root] = commits;
    const projection = sample.app.get(FileTreeProjection);
    const current = sample.app.get(CurrentTree);
    const dataSource = sample.app.get(DataSource);
    const sizes = fc.infiniteStream(fc.integer({ min: 1, max: 9 }));
    await fc.assert(
      fc.asyncProperty(sizes, async (batchSizes) => {
        await dataSource.query('truncate tree_file, tree_commit');
        let shown = -1;
        for (let done = 0; done < events.length;) {
          const size = batchSizes.next().value!;
          await projection.handleBatch(events.slice(done, done + size));
          done += size;
          const tree = await current.of(root!);
          if (!tree) continue;
          expect(tree.files.map(({ blob }) => blob)).toEqual(trees.get(tree.commit));
          expect(commits.indexOf(tree.commit)).toBeGreaterThanOrEqual(shown);
          shown = commits.indexOf(tree.commit);
        }
        expect(shown).toBe(commits.length - 1);
        const [{ files, kept }] = await dataSource.query<[{ files: number; kept: number }]>(
          'select (select count(*)::int from tree_file) as files, (select count(*)::int from tree_commit) as kept',
        );
        expect({ files, kept }).toEqual({ files: trees.get(commits.at(-1)!)!.length, kept: 1 });
      }),
      { numRuns: 15 },
    );
  }, 60_000);

  it('is served all the time while it is built anew, and follows what comes in', async () => {
    repository = createLongRepository(1_200);
    await importNow();
    await sample.app.get(TreeCatchUp).wait();
    const served = new Map<string, number>();
    const rebuilt = new AbortController();
    let whileRebuilding = 0;
    const serve = async (): Promise<void> => {
      while (!rebuilt.signal.aborted) {
        const { body } = await sample.http.get('/files/tree').expect(200);
        const { commit, files } = body as { commit: string; files: { blob: string }[] };
        expect(files.map(({ blob }) => blob)).toEqual(blobsOf(commit));
        served.set(commit, (served.get(commit) ?? 0) + 1);
      }
    };
    const { body } = await sample.http.post('/projections/file-tree/rebuild').expect(202);
    expect(body).toMatchObject({ rebuild: { total: 3_600, besideTheOld: true } });
    const serving = Promise.all([serve(), serve()]);
    repository.write('new.txt', 'new').git('add', 'new.txt');
    const head = repository.commitIndex('while it is rebuilt');
    await importNow();
    for (;;) {
      const status = (await sample.http.get('/projections/file-tree').expect(200)).body as {
        rebuild: { done: number; total: number } | null;
      };
      if (status.rebuild === null) break;
      expect(status.rebuild.done).toBeLessThanOrEqual(status.rebuild.total);
      whileRebuilding = [...served.values()].reduce((sum, count) => sum + count, 0);
      await sleep(20);
    }
    await sample.app.get(TreeCatchUp).wait();
    rebuilt.abort();
    await serving;
    expect(whileRebuilding).toBeGreaterThan(0);
    const after = (await sample.http.get('/files/tree').expect(200)).body as { commit: string };
    expect(after.commit).toBe(head);
  }, 60_000);
});
