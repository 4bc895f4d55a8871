import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { devNull, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const ENVIRONMENT = {
  PATH: process.env['PATH'],
  HOME: tmpdir(),
  LC_ALL: 'C',
  GIT_CONFIG_GLOBAL: devNull,
  GIT_CONFIG_SYSTEM: devNull,
  GIT_AUTHOR_NAME: 'Ada Author',
  GIT_AUTHOR_EMAIL: 'ada@example.org',
  GIT_AUTHOR_DATE: '1700000000 +0200',
  GIT_COMMITTER_NAME: 'Carl Committer',
  GIT_COMMITTER_EMAIL: 'carl@example.org',
  GIT_COMMITTER_DATE: '1700000060 +0000',
};

/** A real repository in a temporary folder, written with git itself; nothing of the user's configuration counts. */
export class TemporaryRepository {
  private constructor(
    readonly path: string,
    private readonly root: string,
  ) {}

  static create(...initOptions: string[]): TemporaryRepository {
    const root = realpathSync(mkdtempSync(join(tmpdir(), 'nestevents-git-')));
    const repository = new TemporaryRepository(join(root, 'repository'), root);
    mkdirSync(repository.path);
    repository.git('init', '-q', '-b', 'main', ...initOptions);
    repository.git('config', 'commit.gpgSign', 'false');
    return repository;
  }

  /** A path beside the repository, removed with it. */
  beside(name: string): string {
    return join(this.root, name);
  }

  git(...args: string[]): string {
    return this.gitBytes(args).toString('utf8').trimEnd();
  }

  gitBytes(args: readonly string[], input: string | Buffer = '', env: Record<string, string> = {}): Buffer {
    const options = { cwd: this.path, input, env: { ...ENVIRONMENT, ...env }, maxBuffer: 2 ** 30 };
    const { status, stdout, stderr } = spawnSync('git', args, options);
    if (status !== 0) throw new Error(`git ${args.join(' ')} failed: ${String(stderr)}${String(stdout)}`);
    return stdout;
  }

  write(path: string, content: string, mode = 0o644): this {
    const file = join(this.path, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    chmodSync(file, mode);
    return this;
  }

  link(path: string, target: string): this {
    rmSync(join(this.path, path), { force: true });
    symlinkSync(target, join(this.path, path));
    return this;
  }

  remove(path: string): this {
    rmSync(join(this.path, path), { recursive: true });
    return this;
  }

  submodule(path: string, commit: string): this {
    this.git('update-index', '--add', '--cacheinfo', `160000,${commit},${path}`);
    return this;
  }

  /** Commits the index as it is. */
  commitIndex(message = 'a commit', env: Record<string, string> = {}): string {
    this.gitBytes(['commit', '-q', '--allow-empty', '--allow-empty-message', '-F', '-'], message, env);
    return this.git('rev-parse', 'HEAD');
  }

  /** Commits the work tree as it is. */
  commit(message = 'a commit', env: Record<string, string> = {}): string {
    this.git('add', '-A');
    return this.commitIndex(message, env);
  }

  /** Commits exactly these files on top of HEAD, without a work tree: any name that git allows. */
  commitTree(files: Iterable<readonly [path: Buffer, mode: string, content: string]>): string {
    const lines = [...files].flatMap(([path, mode, content]) => {
      const blob = this.gitBytes(['hash-object', '-w', '--stdin'], content).toString('latin1').trim();
      return [Buffer.from(`${mode} ${blob}\t`), path, Buffer.from([0])];
    });
    this.git('read-tree', '--empty');
    this.gitBytes(['update-index', '-z', '--index-info'], Buffer.concat(lines));
    return this.commitIndex();
  }

  /** Writes a commit object as it is, however broken, and moves HEAD to it. */
  commitObject(content: Buffer): void {
    const hash = ['hash-object', '-t', 'commit', '-w', '--literally', '--stdin'];
    this.git('update-ref', 'HEAD', this.gitBytes(hash, content).toString('latin1').trim());
  }

  /** Gives the newest commit a signature, of a kind that needs no program to be shown as bad. */
  signHead(): void {
    const commit = this.gitBytes(['cat-file', 'commit', 'HEAD']).toString('latin1');
    const signature = 'gpgsig -----BEGIN SSH SIGNATURE-----\n U1NI\n -----END SSH SIGNATURE-----';
    this.commitObject(Buffer.from(commit.replace('\n\n', `\n${signature}\n\n`), 'latin1'));
  }

  delete(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
