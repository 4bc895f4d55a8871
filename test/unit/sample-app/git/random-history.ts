import * as fc from 'fast-check';

/** What is at a path: content of a file or symlink, or the commit of a submodule. */
export interface Entry {
  readonly mode: '100644' | '100755' | '120000' | '160000';
  readonly content: number;
}

export type Edit =
  | { kind: 'set'; path: string; entry: Entry }
  | { kind: 'remove' | 'append' | 'chmod'; pick: number }
  | { kind: 'move' | 'copy'; pick: number; path: string }
  | { kind: 'swap'; pick: number; other: number };

/** A commit on the current branch, or the merge of others into it (taking the files of one of its parents first). */
export interface Step {
  readonly branch: number;
  readonly merge: readonly number[];
  readonly filesOf: number;
  readonly edits: readonly Edit[];
}

// Few names, so that they collide as files, folders and in renames; written byte for byte as Latin-1.
const part = fc.constantFrom('a', 'b', 'a.', '__proto__', '\xff', '\n', ' "\t', '-', '\xc3\xa9');
const path = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
const mode = fc.constantFrom<Entry['mode'][]>('100644', '100644', '100644', '100755', '120000', '160000');
const entry = fc.record({ mode, content: fc.nat(5) });
const pick = fc.nat(50);
const edit: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('set' as const), path, entry }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('remove' as const, 'append' as const, 'chmod' as const), pick }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('move' as const, 'move' as const, 'copy' as const), pick, path }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('swap' as const), pick, other: pick }) },
); // prettier-ignore

/** Random histories of three branches, with merges of any of them. */
export const randomHistory: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    branch: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(2) }),
    merge: fc.oneof(
      { weight: 3, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.subarray([0, 1, 2]) },
    ),
    filesOf: fc.nat(3),
    edits: fc.array(edit, { maxLength: 6 }),
  }),
  { minLength: 3, maxLength: 40 },
);
