export { GitRepository } from './git-repository.js';
export { GitError, type GitErrorReason } from './git-error.js';
export { compareGitPaths, gitPath, gitPathBytes, type GitPath } from './git-path.js';
export type { Commit } from './commit.js';
export type { FileChange } from './file-change.js';
export type { TreeEntry } from './tree-entry.js';
