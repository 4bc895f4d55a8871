import type { Edit, Entry, Step } from './random-history.js';

type Files = ReadonlyMap<string, Entry>;

/** Writes random histories as the input of `git fast-import`, with no help from git's own idea of a change. */
export function fastImport(steps: readonly Step[]): Buffer {
  const branches = new Map<number, { mark: number; files: Files }>();
  const output: string[] = [];
  for (const [index, step] of steps.entries()) {
    const own = branches.get(step.branch) ?? branches.get(0);
    const others = step.merge
      .flatMap((name) => branches.get(name) ?? [])
      .filter(({ mark }) => mark !== own?.mark);
    const parents = own ? [own, ...others] : [];
    const files = edited(parents[step.filesOf % (parents.length || 1)]?.files ?? new Map(), step.edits);
    branches.set(step.branch, { mark: index + 1, files });
    output.push(commit(step.branch, index + 1, parents.map(({ mark }) => mark), files)); // prettier-ignore
  }
  return Buffer.from(output.join(''), 'latin1');
}

function commit(branch: number, mark: number, [first, ...merged]: readonly number[], files: Files): string {
  const lines = [
    `commit refs/heads/branch-${branch}`,
    `mark :${mark}`,
    `committer C <c@d> ${1_000_000 + mark} +0000`,
    'data 0',
  ];
  if (first !== undefined) lines.push(`from :${first}`, ...merged.map((other) => `merge :${other}`));
  lines.push('deleteall');
  for (const [path, { mode, content }] of files) {
    if (mode === '160000') lines.push(`M ${mode} ${`${content % 10}`.repeat(39)}1 ${quoted(path)}`);
    else lines.push(`M ${mode} inline ${quoted(path)}`, `data ${text(content).length}`, text(content));
  }
  return `${lines.join('\n')}\n\n`;
}

/** Long enough for git to see that neighbours are alike; 0 is empty. */
function text(content: number): string {
  return Array.from(
    { length: content * 8 },
    (_, line) => `${line % 8 === 0 ? content : ''}line ${line}\n`,
  ).join('');
}

function quoted(path: string): string {
  return `"${path.replace(/[^a-z/]/g, (byte) => `\\${byte.charCodeAt(0).toString(8).padStart(3, '0')}`)}"`;
}

function edited(before: Files, edits: readonly Edit[]): Files {
  const files = new Map(before);
  for (const edit of edits) applyEdit(files, edit);
  return files;
}

function applyEdit(files: Map<string, Entry>, edit: Edit): void {
  if (edit.kind === 'set') return set(files, edit.path, edit.entry);
  const [path, entry] = [...files][edit.pick % (files.size || 1)] ?? [];
  if (path === undefined || entry === undefined) return;
  if (edit.kind === 'append') files.set(path, { ...entry, content: entry.content + 1 });
  if (edit.kind === 'chmod')
    files.set(path, { ...entry, mode: entry.mode === '100644' ? '100755' : '100644' });
  if (edit.kind === 'remove' || edit.kind === 'move') files.delete(path);
  if (edit.kind === 'move' || edit.kind === 'copy') set(files, edit.path, entry);
  if (edit.kind === 'swap') {
    const [otherPath, other] = [...files][edit.other % files.size] ?? [path, entry];
    files.set(path, other).set(otherPath, entry);
  }
}

/** A file takes the place of folders above and files below it. */
function set(files: Map<string, Entry>, path: string, entry: Entry): void {
  for (const other of files.keys()) {
    if (other.startsWith(`${path}/`) || path.startsWith(`${other}/`)) files.delete(other);
  }
  files.set(path, entry);
}
