import { EventImport, EventStore } from 'nestevents';
import { DataSource } from 'typeorm';
import { GitRepository } from '../../sample-app/files/git/index.js';
import { HistoryImporter, type ImportResult } from '../../sample-app/files/import/history-importer.js';
import {
  ConcurrentImportError,
  DivergedHistoryError,
  ImportInterruptedError,
} from '../../sample-app/files/import/import.errors.js';
import { CommitImported } from '../../sample-app/files/imported-repository.aggregate.js';
import type { TemporaryRepository } from '../unit/sample-app/git/temporary-repository.js';
import { createLongRepository } from './long-repository.js';
import { SampleApplication } from './sample-application.js';

/** More than a few batches of the event store's. */
const COMMITS = 3_000;
/** Of each of these commits: its own, and those of two files. */
const EVENTS = 3;

describe('an import', () => {
  let sample: SampleApplication;
  let repository: TemporaryRepository;

  beforeAll(() => {
    repository = createLongRepository(COMMITS);
  });
  beforeEach(async () => {
    sample = await SampleApplication.start();
  });
  afterEach(async () => sample.stop());
  afterAll(() => repository.delete());

  async function importNow(
    app = sample.app,
    advance: (commits: number) => void = () => undefined,
  ): Promise<ImportResult> {
    const opened = await GitRepository.open(repository.path);
    return app.get(HistoryImporter).import(opened, { begin: () => undefined, advance });
  }

  async function importUntilThePlugIsPulled(): Promise<void> {
    const pulled = importNow(sample.app, () => {
      throw new Error('the plug is pulled');
    });
    await expect(pulled).rejects.toThrow('the plug is pulled');
  }

  async function storedEvents(): Promise<{ all: number; commits: string[] }> {
    const commits: string[] = [];
    let all = 0;
    for await (const event of sample.app.get(EventStore).readAll()) {
      all += 1;
      if (event instanceof CommitImported) commits.push(event.commit);
    }
    return { all, commits };
  }

  const expectedCommits = () =>
    repository.git('rev-list', '--first-parent', '--reverse', 'HEAD').split('\n').slice(0, COMMITS);

  it('stores every commit once, in order; again it stores nothing', async () => {
    const result = await importNow();
    expect(result.commits).toBe(COMMITS);
    const { all, commits } = await storedEvents();
    expect(all).toBe(result.events);
    expect(commits).toEqual(expectedCommits());
    expect(await importNow()).toEqual({ commits: 0, events: 0 });
    expect((await storedEvents()).all).toBe(all);
  });

  it('goes on where it was interrupted, however often', async () => {
    let before = 0;
    for (let round = 1; round <= 4; round += 1) {
      await importUntilThePlugIsPulled();
      const { all, commits } = await storedEvents();
      expect(commits.length).toBeGreaterThan(before);
      expect(commits).toEqual(expectedCommits().slice(0, commits.length));
      expect(all).toBe(commits.length * EVENTS);
      before = commits.length;
    }
    const commits = COMMITS - before;
    expect(await importNow()).toEqual({ commits, events: commits * EVENTS });
    expect(await storedEvents()).toEqual({ all: COMMITS * EVENTS, commits: expectedCommits() });
  });

  it('goes on behind what is in the journal, also where that is all that tells of it', async () => {
    await importUntilThePlugIsPulled();
    await sample.app.get(DataSource).getRepository(EventImport).clear();
    await importNow();
    expect(await storedEvents()).toEqual({ all: COMMITS * EVENTS, commits: expectedCommits() });
  });

  it('tells how far it has come, by the commit', async () => {
    await importUntilThePlugIsPulled();
    const before = (await storedEvents()).commits.length;
    const begun: number[][] = [];
    const advanced: number[] = [];
    await sample.app.get(HistoryImporter).import(await GitRepository.open(repository.path), {
      begin: (...numbers) => begun.push(numbers),
      advance: (commits) => advanced.push(commits),
    });
    expect(begun).toEqual([[before, COMMITS]]);
    expect(advanced.length).toBeGreaterThan(1);
    expect(advanced.reduce((sum, commits) => sum + commits, before)).toBe(COMMITS);
  });

  it('ends behind a whole commit when the application is shut down', async () => {
    let stored = 0;
    let closed: Promise<void> | undefined;
    const second = await sample.secondInstance();
    await expect(
      importNow(second, (commits) => {
        stored += commits;
        closed ??= second.close();
      }),
    ).rejects.toThrow(ImportInterruptedError);
    await closed;
    expect(stored).toBeLessThan(COMMITS);
    expect(await storedEvents()).toEqual({
      all: stored * EVENTS,
      commits: expectedCommits().slice(0, stored),
    });
    await importNow();
    expect((await storedEvents()).commits).toEqual(expectedCommits());
  });

  it('and another one at the same time double nothing', async () => {
    const second = await sample.secondInstance();
    const results = await Promise.allSettled([importNow(), importNow(second)]);
    const failures = results.filter((result) => result.status === 'rejected');
    for (const { reason } of failures) expect(reason).toBeInstanceOf(ConcurrentImportError);
    expect(failures.length).toBeLessThan(2);
    await importNow();
    await second.close();
    expect(await storedEvents()).toEqual({ all: COMMITS * EVENTS, commits: expectedCommits() });
  });

  it('that waits for another one stores what that has left: nothing', async () => {
    const short = createLongRepository(10);
    const second = await sample.secondInstance();
    for (let commits = 10; commits < 13; commits += 1) {
      const opened = await Promise.all([1, 2].map(() => GitRepository.open(short.path)));
      const results = await Promise.all(
        [sample.app, second].map((app, n) => app.get(HistoryImporter).import(opened[n]!)),
      );
      expect(results.map((result) => result.commits).sort((a, b) => a - b)).toEqual([
        0,
        commits === 10 ? 10 : 1,
      ]);
      expect((await storedEvents()).commits).toHaveLength(commits);
      short.commitIndex('one more');
    }
    await second.close();
    short.delete();
  });

  it('refuses a history that was rewritten, and says what to do', async () => {
    await importNow();
    const head = repository.git('rev-parse', 'HEAD');
    repository.git('reset', '-q', '--soft', 'HEAD~3');
    const amended = repository.commitIndex('rewritten');
    const failure: unknown = await importNow().catch((error: unknown) => error);
    repository.git('reset', '-q', '--soft', head);
    expect(failure).toBeInstanceOf(DivergedHistoryError);
    const { message } = failure as Error;
    for (const part of [head, amended, 'DATABASE_URL', '.data']) expect(message).toContain(part);
    expect((await storedEvents()).commits).toHaveLength(COMMITS);
  });

  it('has nothing to do for an older checkout, a branch or a work tree that it went past', async () => {
    await importNow();
    const { all } = await storedEvents();
    const worktree = repository.beside('older');
    repository.git('worktree', 'add', '-q', '--detach', worktree, 'HEAD~40');
    const opened = await GitRepository.open(worktree);
    expect(opened.headIndex).toBe(COMMITS - 41);
    const importer = sample.app.get(HistoryImporter);
    expect(await importer.import(opened)).toEqual({ commits: 0, events: 0 });
    expect((await storedEvents()).all).toBe(all);

    repository.git('-C', worktree, 'commit', '-q', '--allow-empty', '-m', 'a branch of its own');
    await expect(importer.import(await GitRepository.open(worktree))).rejects.toThrow(DivergedHistoryError);
    repository.git('worktree', 'remove', '--force', worktree);
    expect((await storedEvents()).all).toBe(all);
  });
});
