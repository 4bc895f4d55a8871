import { isDeepStrictEqual } from 'node:util';
import type { EventSchema, SchemaDirectory } from '../../schema/index.js';
import { namedTypesOf } from '../named-types.js';
import { definedTypes } from '../new/defined-types.js';

type Files = SchemaDirectory['files'];

/** The files that are not as they were, and define types that events may share. */
export class ChangedFiles {
  readonly #types = new Map<string, Set<string>>();

  constructor(earlier: Files, present: Files) {
    const before = new Map(earlier.map((file) => [file.path, file]));
    const after = new Map(present.map((file) => [file.path, file]));
    for (const path of [...new Set([...before.keys(), ...after.keys()])].sort()) {
      const states = [before.get(path), after.get(path)];
      if (isDeepStrictEqual(states[0]?.content, states[1]?.content)) continue;
      this.#types.set(path, definedTypes({ files: states.flatMap((file) => file ?? []) }));
    }
  }

  /** The paths of those that define a type which a schema uses, its own file aside. */
  usedBy({ file, tree }: EventSchema): string[] {
    const used = [...namedTypesOf(tree)].map(({ name }) => name);
    return [...this.#types]
      .filter(([path, types]) => path !== file && used.some((name) => types.has(name)))
      .map(([path]) => path);
  }
}
