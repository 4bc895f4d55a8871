import { chownSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { devNull } from 'node:os';
import { GitRepository } from '../../../../sample-app/files/git/index.js';
import { inShort } from './folded-tree.js';
import { TemporaryRepository } from './temporary-repository.js';

const itAsRoot = process.getuid?.() === 0 ? it : it.skip;

describe('GitRepository.open', () => {
  let temporary: TemporaryRepository;
  beforeEach(() => {
    temporary = TemporaryRepository.create();
  });
  afterEach(() => temporary.delete());

  it('finds the repository from a folder in it, from .git and from a path with a newline', async () => {
    const head = temporary.write('a/b', 'x').commit();
    for (const path of ['', '/', '/a', '/a/..']) {
      expect(await GitRepository.open(temporary.path + path)).toMatchObject({ path: temporary.path, head });
    }
    expect(await GitRepository.open(`${temporary.path}/.git`)).toMatchObject({
      path: `${temporary.path}/.git`,
      head,
    });
    const odd = temporary.beside('odd\nname ');
    temporary.git('clone', '-q', temporary.path, odd);
    expect(await GitRepository.open(odd)).toMatchObject({ path: odd, head });
  });

  it('opens bare repositories, linked work trees and shallow clones', async () => {
    const ids = ['1', '2', '3'].map((content) => temporary.write('a', content).commit());
    const [bare, linked, shallow] = ['bare', 'linked', 'shallow'].map((name) => temporary.beside(name)) as [
      string,
      string,
      string,
    ];
    temporary.git('clone', '-q', '--bare', temporary.path, bare);
    expect(await GitRepository.open(bare)).toMatchObject({ path: bare, rootCommit: ids[0], head: ids[2] });
    temporary.git('worktree', 'add', '-q', '--detach', linked, ids[1]!);
    expect(await GitRepository.open(linked)).toMatchObject({
      path: linked,
      rootCommit: ids[0],
      head: ids[1],
    });
    temporary.git('clone', '-q', '--depth=2', `file://${temporary.path}`, shallow);
    const cut = await GitRepository.open(shallow);
    expect(cut).toMatchObject({ rootCommit: ids[1], head: ids[2] });
    const kinds: string[][] = [];
    for await (const { changes } of cut.commits()) kinds.push(changes.map(({ kind }) => kind));
    expect(kinds).toEqual([['added'], ['modified']]);
  });

  it('opens a repository whose work tree is elsewhere and does not know of it', async () => {
    const head = temporary.write('a/b', 'x').commit();
    const home = temporary.beside('home');
    temporary.git('clone', '-q', '--bare', temporary.path, `${home}/.dotfiles`);
    temporary.git('-C', `${home}/.dotfiles`, 'config', 'core.bare', 'false');
    temporary.git('-C', `${home}/.dotfiles`, 'config', 'core.worktree', home);
    temporary.git('-C', `${home}/.dotfiles`, 'config', 'diff.relative', 'true');
    const repository = await GitRepository.open(`${home}/.dotfiles`);
    expect(repository).toMatchObject({ path: `${home}/.dotfiles`, head });
    expect(await repository.listTree(head)).toMatchObject([{ path: { text: 'a/b' } }]);
    for await (const commit of repository.commits()) expect(inShort(commit)).toEqual(['added a/b']);
  });

  it('reads a partial clone without its remote, with the renames that need no content', async () => {
    temporary.write('a', 'a\n'.repeat(50)).write('b', 'b\n'.repeat(50)).commit();
    temporary
      .remove('a')
      .write('c', 'a\n'.repeat(50))
      .remove('b')
      .write('d', `${'b\n'.repeat(50)}more\n`)
      .commit();
    const [source, partial] = [temporary.beside('source'), temporary.beside('partial')];
    temporary.git('clone', '-q', '--bare', temporary.path, source);
    temporary.git('-C', source, 'config', 'uploadpack.allowFilter', 'true');
    temporary.git('clone', '-q', '--bare', '--filter=blob:none', `file://${source}`, partial);
    rmSync(source, { recursive: true });
    const changes: string[] = [];
    for await (const commit of (await GitRepository.open(partial)).commits())
      changes.push(...inShort(commit));
    expect(changes).toEqual(['added a', 'added b', 'deleted b', 'renamed a -> c', 'added d']);
  });

  it('says that there is no repository', async () => {
    const folder = temporary.beside('folder');
    mkdirSync(folder);
    writeFileSync(`${folder}/file`, '');
    for (const path of [folder, `${folder}/file`, `${folder}/missing`]) {
      const message = expect.stringMatching(
        /There is no git repository at .*folder.*"git init"[^]*git says: fatal:/,
      );
      await expect(GitRepository.open(path)).rejects.toMatchObject({ reason: 'not-a-repository', message });
    }
  });

  it('says that there is no commit', async () => {
    const message = expect.stringContaining(`${temporary.path} has no commits yet`);
    await expect(GitRepository.open(temporary.path)).rejects.toMatchObject({ reason: 'no-commits', message });
  });

  it('says what else git finds wrong', async () => {
    temporary.write('.git/config', 'no configuration');
    const message = expect.stringMatching(
      /^Git cannot read the repository at .*\ngit says: fatal: bad config line 1/,
    );
    await expect(GitRepository.open(temporary.path)).rejects.toMatchObject({ reason: 'failed', message });
  });

  it('says that git is not installed', async () => {
    const path = process.env['PATH'];
    process.env['PATH'] = temporary.beside('nowhere');
    try {
      const message = expect.stringContaining('install it');
      await expect(GitRepository.open('/')).rejects.toMatchObject({ reason: 'git-not-installed', message });
    } finally {
      process.env['PATH'] = path;
    }
  });

  itAsRoot('says that the repository belongs to another user', async () => {
    temporary.write('a', 'x').commit();
    for (const path of [temporary.path, `${temporary.path}/.git`]) chownSync(path, 65_534, 65_534);
    const variables = { GIT_CONFIG_GLOBAL: devNull, GIT_CONFIG_SYSTEM: devNull };
    Object.assign(process.env, variables);
    try {
      const message = expect.stringMatching(/does not trust[^]*git says: [^]*safe\.directory/);
      await expect(GitRepository.open(temporary.path)).rejects.toMatchObject({
        reason: 'not-trusted',
        message,
      });
    } finally {
      for (const name of Object.keys(variables)) delete process.env[name];
    }
  });

  it('reads what was committed, not what replace refs and grafts put in its place', async () => {
    const first = temporary.write('a', '1').commit();
    const second = temporary.write('a', '2').commit();
    const third = temporary.write('a', '3').commit();
    temporary.git('replace', '--graft', second);
    temporary.git('replace', `${third}:a`, `${first}:a`);
    writeFileSync(`${temporary.path}/.git/info/grafts`, `${third}\n`);
    const repository = await GitRepository.open(temporary.path);
    expect(await repository.commitIds()).toEqual([first, second, third]);
    const kinds: string[] = [];
    for await (const commit of repository.commits()) kinds.push(...inShort(commit));
    expect(kinds).toEqual(['added a', 'modified a', 'modified a']);
  });
});
