import { lstatSync, readdirSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';

import { parseEventFileName, parseSchemaJson, readSchemaJson, reason } from './schema-file.js';
import type { SchemaFile } from './schema-file.js';
import type { SchemaProblem } from './schema-problem.js';

/** What a schema directory holds: every file whose JSON could be read, and a problem for each that could not. */
export interface SchemaDirectory {
  /** The directory, as a user would type its path. */
  path: string;
  /** Sorted by path. */
  files: SchemaFile[];
  problems: SchemaProblem[];
  /** Whether the directory could be read at all. */
  readable: boolean;
  /** Set if it could not: what is wrong with it, such as `'does not exist'`. */
  fault?: string;
}

/**
 * Reads all `.json` and `.avsc` files below a directory, however deep; names that begin with a dot are skipped.
 *
 * Links are followed as long as they stay inside the directory.
 */
export function readSchemaDirectory(directory: string): SchemaDirectory {
  const absolute = resolve(directory);
  const broken = (code: string, fault: string, cure: string): SchemaDirectory => {
    const message = `The schema directory ${absolute} ${fault}; ${cure}.`;
    return {
      path: directory,
      files: [],
      problems: [{ code, message, file: directory }],
      readable: false,
      fault,
    };
  };
  try {
    if (!statSync(absolute).isDirectory()) {
      const cure = 'set "schemas.directory" to the directory that holds the schemas';
      return broken('SCHEMA_DIRECTORY_NOT_A_DIRECTORY', 'is a file', cure);
    }
    const reader = new DirectoryReader(directory, realpathSync(absolute));
    reader.read();
    const files = reader.files.sort((a, b) => (a.path < b.path ? -1 : 1));
    return { path: directory, files, problems: reader.problems, readable: true };
  } catch (error) {
    const { isMissing, fault } = accessFault(absolute, reason(error));
    return isMissing
      ? broken('SCHEMA_DIRECTORY_MISSING', fault, 'create it, or set "schemas.directory" to the right one')
      : broken('SCHEMA_DIRECTORY_UNREADABLE', fault, 'correct it, or set "schemas.directory" to another');
  }
}

function accessFault(path: string, why: string): { isMissing: boolean; fault: string } {
  switch (why) {
    case 'ENOENT':
      return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()
        ? { isMissing: false, fault: `is a link to ${readlinkSync(path)}, which does not exist` }
        : { isMissing: true, fault: 'does not exist' };
    case 'ENOTDIR':
      return { isMissing: true, fault: 'does not exist, as a part of its path is a file' };
    case 'ELOOP':
      return { isMissing: false, fault: 'cannot be reached, as its links go round in a circle (ELOOP)' };
    case 'EACCES':
    case 'EPERM':
      return { isMissing: false, fault: `may not be read by this user (${why})` };
    default:
      return { isMissing: false, fault: `cannot be read (${why})` };
  }
}

/**
 * The same for files that are not on disk, such as those of an earlier commit.
 *
 * @param path stands for the directory in messages.
 * @param files their bytes, by path below the directory, with `/` between folders; others than schemas are skipped.
 */
export function schemaDirectoryOf(path: string, files: ReadonlyMap<string, Uint8Array>): SchemaDirectory {
  const directory: SchemaDirectory = { path, files: [], problems: [], readable: true };
  for (const [below, bytes] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const names = below.split('/');
    const name = names.pop() ?? '';
    if (!isSchemaName(name) || [...names, name].some((part) => part.startsWith('.'))) continue;
    const file = join(path, below);
    const read = parseSchemaJson(bytes, file);
    if ('problem' in read) directory.problems.push(read.problem);
    const content = 'problem' in read ? undefined : read.content;
    directory.files.push({ path: file, folder: names.join('/'), event: parseEventFileName(name), content });
  }
  return directory;
}

function isSchemaName(name: string): boolean {
  return /\.(?:json|avsc)$/.test(name);
}

class DirectoryReader {
  readonly files: SchemaFile[] = [];
  readonly problems: SchemaProblem[] = [];
  readonly #seen = new Set<string>();
  readonly #links: { folder: string; name: string }[] = [];

  constructor(
    private readonly directory: string,
    private readonly root: string,
  ) {}

  read(): void {
    this.#readFolder('');
    // Last, so that a folder that is a link as well is read under its own name. The list grows while it is walked.
    for (const { folder, name } of this.#links) this.#readEntry(folder, name);
  }

  #readFolder(folder: string): void {
    const absolute = join(this.root, folder);
    const real = realpathSync(absolute);
    if (this.#seen.has(real)) return;
    this.#seen.add(real);
    const entries = readdirSync(absolute, { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const { name } = entry;
      if (name.startsWith('.')) continue;
      if (entry.isSymbolicLink()) this.#links.push({ folder, name });
      else this.#readEntry(folder, name);
    }
  }

  #readEntry(folder: string, name: string): void {
    const below = folder === '' ? name : `${folder}/${name}`;
    const path = join(this.directory, below);
    const isSchema = isSchemaName(name);
    try {
      const real = realpathSync(join(this.root, below));
      const isFolder = statSync(real).isDirectory();
      if (!isFolder && !isSchema) return;
      if (this.#isOutside(real)) {
        this.#report('SCHEMA_OUTSIDE_DIRECTORY', path, 'leads out of the schema directory; put a copy there');
      } else if (isFolder) {
        this.#readFolder(below);
      } else {
        this.#readFile(folder, name, real, path);
      }
    } catch (error) {
      if (isSchema || reason(error) !== 'ENOENT') {
        this.#report('SCHEMA_UNREADABLE', path, `cannot be read (${reason(error)}); correct or remove it`);
      }
    }
  }

  #readFile(folder: string, name: string, real: string, path: string): void {
    const read = readSchemaJson(real, path);
    if ('problem' in read) this.problems.push(read.problem);
    const content = 'problem' in read ? undefined : read.content;
    this.files.push({ path, folder, event: parseEventFileName(name), content });
  }

  #isOutside(real: string): boolean {
    const way = relative(this.root, real);
    return way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way);
  }

  #report(code: string, file: string, what: string): void {
    this.problems.push({ code, file, message: `${file} ${what}.` });
  }
}
