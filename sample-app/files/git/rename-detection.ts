import { GitError } from './git-error.js';
import { readGit } from './git-process.js';

// Above the limit of pairs to compare, only files with the same content count as renamed.
const BY_LIKENESS = ['--find-renames=50%', '-l1000'];
const BY_IDENTITY = ['--find-renames=100%'];

/**
 * How renames are looked for: the same on every machine, whatever its configuration. Likeness is measured on the
 * content of files, which a partial clone (`--filter=blob:none`) would download one by one while its history
 * is read; there, only a file moved without an edit counts as renamed, the others as deleted and added.
 */
export async function renameDetection(directory: string): Promise<readonly string[]> {
  const marks = '^(extensions\\.partialclone|remote\\..*\\.promisor)$';
  try {
    await readGit(directory, ['config', '--get-regexp', marks]);
    return BY_IDENTITY;
  } catch (error) {
    if (error instanceof GitError && error.exitCode === 1) return BY_LIKENESS;
    throw error;
  }
}
