import type { GitRepository } from '../files/git/index.js';

/** Three requests to try at once, with ids and paths that are there. */
export async function suggestRequests(url: string, repository: GitRepository | null): Promise<string[]> {
  const open = `curl -X POST ${url}/accounts -H 'content-type: application/json' -d '{"owner": "Ada"}'`;
  if (!repository) {
    const create = `curl -X POST ${url}/todos -H 'content-type: application/json' -d '{"label": "buy milk"}'`;
    return [open, create, `curl ${url}/docs-json`];
  }
  const files = await repository.listTree(repository.head);
  // Only what a shell takes as it is.
  const plain = files.map(({ path }) => path.text).filter((text) => /^[\w./-]+$/.test(text));
  const path = plain.find((text) => /^readme/i.test(text)) ?? plain[0] ?? 'README.md';
  return [
    `curl '${url}/files/tree?commit=${repository.head}'`,
    `curl '${url}/files/history?path=${path}'`,
    open,
  ];
}
