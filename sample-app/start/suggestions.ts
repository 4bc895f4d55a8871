import type { GitPath, GitRepository } from '../files/git/index.js';
import type { ImportedHistory } from '../files/imported-history.js';

/** Three requests to try at once, with ids and paths that are there. */
export async function suggestRequests(
  url: string,
  repository: GitRepository | null,
  history: ImportedHistory,
): Promise<string[]> {
  const open = `curl -X POST ${url}/accounts -H 'content-type: application/json' -d '{"owner": "Ada"}'`;
  const docs = `curl ${url}/docs-json`;
  const imported = repository && (await findImported(repository, history));
  if (!imported) {
    const create = `curl -X POST ${url}/todos -H 'content-type: application/json' -d '{"label": "buy milk"}'`;
    return [open, create, docs];
  }
  const tree = `curl '${url}/files/tree?commit=${imported.commit}'`;
  const path = choosePath(imported.paths);
  return path ? [tree, `curl '${url}/files/history?${pathQuery(path)}'`, open] : [tree, open, docs];
}

/** The head with its files; where it is not imported, as after its history was rewritten, the last commit that is. */
async function findImported(
  repository: GitRepository,
  history: ImportedHistory,
): Promise<{ commit: string; paths: GitPath[] } | null> {
  const { rootCommit, head, headIndex } = repository;
  if (await history.hasCommit(rootCommit, head, headIndex)) {
    return { commit: head, paths: (await repository.listTree(head)).map(({ path }) => path) };
  }
  const last = await history.lastCommit(rootCommit);
  // Git may not have that commit any more.
  const tree = last && (await history.treeOf(last.commit));
  return last && tree && { commit: last.commit, paths: tree.entries().map(({ path }) => path) };
}

/** A README if there is one, rather a path that needs no quoting than another. */
function choosePath(paths: readonly GitPath[]): GitPath | undefined {
  const plain = paths.filter(({ text }) => /^[\w./-]+$/.test(text));
  return plain.find(({ text }) => /^readme/i.test(text)) ?? plain[0] ?? paths.find(isText) ?? paths[0];
}

function isText({ bytes }: GitPath): boolean {
  return bytes === null;
}

/** Fit for an URL between single quotes in a shell. */
function pathQuery({ text, bytes }: GitPath): string {
  const [name, value] = bytes ? ['pathBase64', bytes.toString('base64')] : ['path', text];
  return `${name}=${encodeURIComponent(value)
    .replaceAll('%2F', bytes ? '%2F' : '/')
    .replaceAll("'", '%27')}`;
}
