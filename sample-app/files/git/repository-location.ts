import { resolve } from 'node:path';
import { GitError } from './git-error.js';
import { readGit } from './git-process.js';

/**
 * Finds the repository that a path lies in, as git does: the path may be a work tree, a folder in it, a linked work
 * tree, a bare repository or a `.git` folder. Gives the top of the work tree, or else the repository's own folder.
 * @throws GitError `not-a-repository`, `not-trusted` (it belongs to another user) or `git-not-installed`
 */
export async function locateRepository(path: string): Promise<string> {
  const directory = resolve(path);
  try {
    const gitDirectory = await askPath(directory, '--absolute-git-dir');
    if ((await askPath(directory, '--is-inside-work-tree')) === 'false') return gitDirectory;
    const top = await askPath(directory, '--show-toplevel');
    return (await leadsTo(gitDirectory, top)) ? top : gitDirectory;
  } catch (error) {
    throw error instanceof GitError && error.reason === 'failed' ? explain(directory, error) : error;
  }
}

/** A repository may name a work tree that does not know of it (`core.worktree`, as for dotfiles in a home folder). */
async function leadsTo(gitDirectory: string, workTree: string): Promise<boolean> {
  try {
    return (await askPath(workTree, '--absolute-git-dir')) === gitDirectory;
  } catch (error) {
    if (error instanceof GitError && error.reason === 'failed') return false;
    throw error;
  }
}

/** The answer without its end of line; a path may have others. */
async function askPath(directory: string, question: string): Promise<string> {
  return (await readGit(directory, ['rev-parse', question])).replace(/\r?\n$/, '');
}

function explain(directory: string, { stderr, exitCode }: GitError): GitError {
  if (stderr.includes('safe.directory')) {
    const message = `Git does not trust the repository at ${directory}, because another user owns it.`;
    return new GitError('not-trusted', message, stderr, exitCode);
  }
  if (/not a git repository|cannot change to/.test(stderr)) {
    const message = `There is no git repository at ${directory}: give the path of one, or run "git init" there.`;
    return new GitError('not-a-repository', message, stderr, exitCode);
  }
  return new GitError('failed', `Git cannot read the repository at ${directory}.`, stderr, exitCode);
}
