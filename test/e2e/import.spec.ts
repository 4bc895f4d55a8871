import { EventStore } from 'nestevents';
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

const COMMITS = 120;

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

  async function importNow(app = sample.app, advance: () => void = () => undefined): Promise<ImportResult> {
    const opened = await GitRepository.open(repository.path);
    return app.get(HistoryImporter).import(opened, { begin: () => undefined, advance });
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
    let events = 0;
    for (let round = 1; round <= 4; round += 1) {
      let left = 25;
      await expect(
        importNow(sample.app, () => {
          left -= 1;
          if (left === 0) throw new Error('the plug is pulled');
        }),
      ).rejects.toThrow('the plug is pulled');
      events = (await storedEvents()).all;
      expect((await storedEvents()).commits).toHaveLength(round * 25);
    }
    const rest = await importNow();
    expect(rest.commits).toBe(COMMITS - 100);
    const { all, commits } = await storedEvents();
    expect(all).toBe(events + rest.events);
    expect(commits).toEqual(expectedCommits());
  });

  it('ends behind a whole commit when the application is shut down', async () => {
    let stored = 0;
    let closed: Promise<void> | undefined;
    const second = await sample.secondInstance();
    await expect(
      importNow(second, () => {
        stored += 1;
        if (stored === 30) closed = second.close();
      }),
    ).rejects.toThrow(ImportInterruptedError);
    await closed;
    expect((await storedEvents()).commits).toHaveLength(stored);
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
    const { commits } = await storedEvents();
    expect(commits).toEqual(expectedCommits());
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
