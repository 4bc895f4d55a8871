import { posix } from 'node:path';
import { schemaDirectoryOf } from '../../schema/index.js';
import type { SchemaDirectory } from '../../schema/index.js';
import { quote } from '../terminal-text.js';
import { git } from './git.js';
import { UnusableRef } from './unusable-ref.js';

/** A schema can be no larger, so what is larger is not read out of the repository. */
const MAX_BYTES = 1024 * 1024;
const MAX_LINKS = 10;

/** A schema directory as it was at some commit; without files if it was not there. */
export interface EarlierDirectory extends SchemaDirectory {
  /** The commit, as the user named it. */
  readonly ref: string;
}

interface Blob {
  readonly id: string;
  readonly isLink: boolean;
}

/**
 * Reads a schema directory as it was at a commit, out of the git repository that holds it.
 *
 * Links to files are followed inside the directory; others are left out.
 *
 * @throws UnusableRef if there is no git, no repository or no such commit
 */
export function directoryAt(directory: string, ref: string): EarlierDirectory {
  const tree = findTree(directory, ref);
  const files = tree === undefined ? new Map<string, Buffer>() : readFiles(directory, tree);
  return { ...schemaDirectoryOf(directory, files), ref };
}

/** The id of the directory's tree, `undefined` if there was no such directory. */
function findTree(directory: string, ref: string): string | undefined {
  const prefix = git(directory, ['rev-parse', '--show-prefix']);
  if (!prefix.succeeded) {
    throw new UnusableRef(
      'SCHEMA_REF_UNREADABLE',
      `--against needs a directory in a git repository, but git says of ${directory}: ${prefix.complaint}; ` +
        `run it in a checkout, or leave --against out.`,
    );
  }
  const commit = idOf(directory, ref, '^{commit}');
  if (commit === undefined) {
    throw new UnusableRef(
      'SCHEMA_REF_UNKNOWN',
      `git knows no commit ${quote(ref)}; pass a branch, a tag or an id to --against. ` +
        `In a shallow clone, as continuous integration makes it, fetch the commit first.`,
    );
  }
  const below = prefix.output.toString('utf8').replace(/\/?\n$/, '');
  const id = idOf(directory, commit, `:${below}`);
  return id === undefined ? undefined : idOf(directory, id, '^{tree}');
}

function idOf(directory: string, name: string, suffix: string): string | undefined {
  // An option, a negation or nothing would be an answer, too, but to another question.
  if (!/^[^-^\0][^\0]*$/.test(name)) return undefined;
  const { succeeded, output } = git(directory, ['rev-parse', '--verify', '--quiet', `${name}${suffix}`]);
  const id = output.toString('utf8').trim();
  return succeeded && /^[0-9a-f]{40,}$/.test(id) ? id : undefined;
}

function readFiles(directory: string, tree: string): Map<string, Buffer> {
  const blobs = listBlobs(directory, tree);
  const contents = readBlobs(directory, new Set([...blobs.values()].map(({ id }) => id)));
  const files = new Map<string, Buffer>();
  for (const path of blobs.keys()) {
    const content = follow(path, blobs, contents);
    if (content) files.set(path, content);
  }
  return files;
}

/** The schemas below a tree by their paths. */
function listBlobs(directory: string, tree: string): Map<string, Blob> {
  const { succeeded, output, complaint } = git(directory, ['ls-tree', '-r', '-z', '-l', '--full-tree', tree]);
  if (!succeeded) throw unreadable(complaint);
  const blobs = new Map<string, Blob>();
  for (const entry of output.toString('utf8').split('\0')) {
    const [, mode, id, size, path] = /^(\d+) blob ([0-9a-f]+) +(\d+)\t([^]+)$/.exec(entry) ?? [];
    if (!id || !path || Number(size) > MAX_BYTES || !/\.(?:json|avsc)$/.test(path)) continue;
    if (!path.split('/').some((name) => name.startsWith('.'))) {
      blobs.set(path, { id, isLink: mode === '120000' });
    }
  }
  return blobs;
}

function readBlobs(directory: string, ids: ReadonlySet<string>): Map<string, Buffer> {
  const { succeeded, output, complaint } = git(
    directory,
    ['cat-file', '--batch'],
    [...ids].map((id) => `${id}\n`).join(''),
  );
  if (!succeeded) throw unreadable(complaint);
  const contents = new Map<string, Buffer>();
  for (let offset = 0; offset < output.length;) {
    const end = output.indexOf('\n', offset);
    const header = output.toString('latin1', offset, end);
    const [, id, size] = /^([0-9a-f]+) blob (\d+)$/.exec(header) ?? [];
    if (!id) throw unreadable(header);
    const start = end + 1;
    contents.set(id, output.subarray(start, start + Number(size)));
    offset = start + Number(size) + 1;
  }
  return contents;
}

/** The content of a file, through links; `undefined` if they lead elsewhere or round in a circle. */
function follow(
  path: string,
  blobs: ReadonlyMap<string, Blob>,
  contents: ReadonlyMap<string, Buffer>,
): Buffer | undefined {
  for (let place = path, links = 0; links <= MAX_LINKS; links += 1) {
    const blob = blobs.get(place);
    const content = blob && contents.get(blob.id);
    if (!content || !blob.isLink) return content;
    place = posix.join(posix.dirname(place), content.toString('utf8'));
  }
  return undefined;
}

function unreadable(complaint: string): UnusableRef {
  return new UnusableRef(
    'SCHEMA_REF_UNREADABLE',
    `The earlier schemas cannot be read, git says: ${complaint}; check the repository.`,
  );
}
