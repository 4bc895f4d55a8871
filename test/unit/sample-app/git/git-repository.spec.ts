import { mkdirSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { GitRepository } from '../../../../sample-app/files/git/index.js';
import { expectFoldToEqualTrees } from './folded-tree.js';
import { TemporaryRepository } from './temporary-repository.js';

describe('GitRepository', () => {
  let temporary: TemporaryRepository;
  let ids: string[];
  beforeEach(() => {
    temporary = TemporaryRepository.create();
    ids = ['one', 'two', 'three'].map((name) => temporary.write(`folder/${name}`, name).commit(name));
  });
  afterEach(() => temporary.delete());

  async function collect(repository: GitRepository, after?: string): Promise<string[]> {
    const read: string[] = [];
    for await (const { id } of repository.commits(after)) read.push(id);
    return read;
  }

  it('knows its line of commits', async () => {
    const repository = await GitRepository.open(temporary.path);
    expect(repository).toMatchObject({ path: temporary.path, rootCommit: ids[0], head: ids[2] });
    expect(await repository.commitIds()).toEqual(ids);
    expect(await repository.countCommits()).toBe(3);
    expect(await collect(repository)).toEqual(ids);
  });

  it('continues after any commit', async () => {
    const repository = await GitRepository.open(temporary.path);
    for (const [index, id] of ids.entries()) {
      expect(await collect(repository, id)).toEqual(ids.slice(index + 1));
      expect(await repository.countCommits(id)).toBe(2 - index);
    }
    for await (const commit of repository.commits(ids[0])) expect(commit.index).toBe(ids.indexOf(commit.id));
  });

  it('refuses to continue after a commit that is not on the line', async () => {
    temporary.git('commit', '-q', '--amend', '-m', 'rewritten');
    const repository = await GitRepository.open(temporary.path);
    for (const after of [ids[2]!, 'HEAD', '', '--all', 'f'.repeat(40)]) {
      const error = { reason: 'history-rewritten', message: expect.stringContaining('first-parent line') };
      await expect(collect(repository, after)).rejects.toMatchObject(error);
      await expect(repository.countCommits(after)).rejects.toMatchObject(error);
    }
  });

  it('does not continue on the second parent of a merge', async () => {
    temporary.git('checkout', '-q', '-b', 'topic', ids[1]!);
    const topic = temporary.write('topic', 'x').commit();
    temporary.git('checkout', '-q', 'main');
    temporary.git('merge', '-q', '-m', 'merge', 'topic');
    const repository = await GitRepository.open(temporary.path);
    expect(await collect(repository, ids[1])).toEqual([ids[2], repository.head]);
    await expect(collect(repository, topic)).rejects.toMatchObject({ reason: 'history-rewritten' });
  });

  it('continues in spite of clocks that ran backwards', async () => {
    const line = [...ids];
    for (const date of [2_000_000_000, 1_000_000, 1_900_000_000, 500_000, 400_000, 1_800_000_000, 1]) {
      temporary.write('clock', `${date}`);
      line.push(temporary.commit('clock', { GIT_COMMITTER_DATE: `@${date} +0000` }));
    }
    const repository = await GitRepository.open(temporary.path);
    for (const [index, id] of line.entries())
      expect(await collect(repository, id)).toEqual(line.slice(index + 1));
  });

  it('keeps to the head it was opened at', async () => {
    const repository = await GitRepository.open(temporary.path);
    const later = temporary.write('later', 'x').commit();
    expect(await collect(repository)).toEqual(ids);
    expect(await repository.resolve('HEAD')).toBe(later);
    expect((await repository.listTree(later)).map(({ path }) => path.text)).toContain('later');
  });

  it('resolves revisions, and nothing else', async () => {
    const repository = await GitRepository.open(temporary.path);
    temporary.git('tag', '-a', '-m', 'annotated', 'v1', ids[0]!);
    for (const revision of ['v1', ids[0]!, ids[0]!.slice(0, 12), 'HEAD~2', 'main^^']) {
      expect(await repository.resolve(revision)).toBe(ids[0]);
    }
    const none = [
      '', ' ', 'nope', '-h', '--help', '--all', '--git-dir', '--output=x', '--end-of-options', '^HEAD', 'HEAD..main', 'HEAD~99',
      'HEAD:folder', 'HEAD@{999}', ':/[', 'a\0b', 'a\nb', 'HEAD\nHEAD', '0'.repeat(40), 'f'.repeat(40), 'main^{tree}', '\ud800',
    ]; // prettier-ignore
    for (const revision of none)
      expect([revision, await repository.resolve(revision)]).toEqual([revision, null]);
  });

  it('lists the tree of a commit', async () => {
    temporary.submodule('sub', '1'.repeat(40)).link('link', 'target').commitIndex();
    temporary.git('add', 'link');
    const id = temporary.commitIndex();
    const repository = await GitRepository.open(`${temporary.path}/folder`);
    const shown = (await repository.listTree(id)).map((e) => `${e.mode} ${e.type} ${e.blob}\t${e.path.text}`);
    expect(shown.join('\n')).toBe(temporary.git('ls-tree', '-r', id));
    await expect(repository.listTree('--help')).rejects.toMatchObject({ reason: 'unknown-revision' });
    await expect(repository.listTree('f'.repeat(40))).rejects.toMatchObject({ reason: 'unknown-revision' });
  });

  it('ends git when the reader stops early, by break or by an error', async () => {
    for (const letter of 'abcdef') temporary.commitIndex(letter.repeat(300_000));
    const repository = await GitRepository.open(temporary.path);
    const running = async (): Promise<number> => {
      await setTimeout(20); // a process that has ended stays listed until the end of the event loop's turn
      return process.getActiveResourcesInfo().filter((kind) => kind === 'ProcessWrap').length;
    };
    // Those of specs that ran in this process before may still be ending.
    for (let tries = 0; tries < 100 && (await running()) > 0; tries += 1) await setTimeout(30);
    const before = await running();
    for await (const commit of repository.commits()) {
      expect([commit.index, await running()]).toEqual([0, before + 1]);
      break;
    }
    expect(await running()).toBe(before);
    const failing = async (): Promise<void> => {
      for await (const commit of repository.commits()) throw new Error(commit.subject);
    };
    await expect(failing()).rejects.toThrow('one');
    expect(await running()).toBe(before);
  });

  it('reports what git says when a commit cannot be read', async () => {
    const repository = await GitRepository.open(temporary.path);
    const tree = temporary.git('rev-parse', `${ids[1]}^{tree}`);
    temporary.remove(`.git/objects/${tree.slice(0, 2)}/${tree.slice(2)}`);
    await expect(collect(repository)).rejects.toMatchObject({
      reason: 'failed',
      exitCode: 128,
      message: expect.stringMatching(
        /^"git log" ended with exit code 128\.\ngit says: (error|fatal): [^]*tree/,
      ),
    });
  });

  it('says that the repository has gone, not that a revision is unknown', async () => {
    const repository = await GitRepository.open(temporary.path);
    temporary.delete();
    await expect(repository.resolve('HEAD')).rejects.toMatchObject({ reason: 'not-a-repository' });
  });

  it('reads a SHA-256 repository', async () => {
    const sha256 = TemporaryRepository.create('--object-format=sha256');
    try {
      sha256.write('a', 'x').commit();
      sha256.write('a', 'x', 0o755).write('b', 'new').commit();
      sha256.git('mv', 'b', 'c');
      sha256.commit();
      const [root] = await expectFoldToEqualTrees(sha256);
      expect(root!.id).toHaveLength(64);
    } finally {
      sha256.delete();
    }
  });

  it('reads a root commit of 20,000 files', async () => {
    const lines = Array.from(
      { length: 20_000 },
      (_, i) => `100644 ${'1'.repeat(39)}${i % 10}\tfolder-${i % 97}/file-${i}`,
    );
    temporary.git('read-tree', '--empty');
    temporary.gitBytes(['update-index', '--index-info'], lines.join('\n'));
    const tree = temporary.git('write-tree', '--missing-ok');
    temporary.git('update-ref', 'HEAD', temporary.git('commit-tree', '-m', 'large', tree));
    temporary.write('after', 'x');
    temporary.git('read-tree', 'HEAD');
    const commits = await expectFoldToEqualTrees(temporary);
    expect(commits.map(({ changes }) => changes.length)).toEqual([20_000]);
  });

  it('ignores the git variables of a hook that started it', async () => {
    const other = TemporaryRepository.create();
    mkdirSync(temporary.beside('elsewhere'));
    writeFileSync(temporary.beside('grafts'), `${ids[2]}\n`);
    const hook = {
      GIT_DIR: `${other.path}/.git`,
      GIT_WORK_TREE: other.path,
      GIT_GRAFT_FILE: temporary.beside('grafts'),
    };
    Object.assign(process.env, hook);
    try {
      expect(await collect(await GitRepository.open(temporary.path))).toEqual(ids);
    } finally {
      for (const name of Object.keys(hook)) delete process.env[name];
      other.delete();
    }
  });
});
