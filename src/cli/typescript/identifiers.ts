/** The names that the types of fields use, and that no declaration may hide. */
const USED: ReadonlySet<string> = new Set(['Buffer', 'Date', 'Readonly', 'Record']);

/**
 * A text in PascalCase, as an identifier: `todo_created` is `TodoCreated`.
 *
 * All but letters and digits separates words. Where nothing is left, or it would begin with a digit, `_` is put in
 * front.
 */
export function pascalCase(text: string): string {
  const words = text.split(/[^A-Za-z0-9]+/);
  const name = words.map((each) => each.charAt(0).toUpperCase() + each.slice(1)).join('');
  return /^[A-Z]/.test(name) ? name : `_${name}`;
}

/**
 * Gives everything a name of its own: the first of its candidates that nothing else wants.
 *
 * Where several want one name, none of them gets it, so that the names do not depend on the order. Those whose
 * candidates are used up are numbered.
 *
 * @param candidates by what is to be named, the best first; each has at least one.
 * @param taken names that are given away already.
 */
export function distinctNames<Owner>(
  candidates: ReadonlyMap<Owner, readonly string[]>,
  taken: Iterable<string>,
): Map<Owner, string> {
  const reserved = new Set([...USED, ...taken]);
  const choices = new Map([...candidates.keys()].map((owner) => [owner, 0]));
  const nameOf = (owner: Owner): string => candidates.get(owner)?.[choices.get(owner) ?? 0] ?? '_';
  const isLast = (owner: Owner): boolean => choices.get(owner) === (candidates.get(owner)?.length ?? 0) - 1;
  for (;;) {
    const wanted = new Map<string, Owner[]>();
    for (const owner of candidates.keys()) {
      const name = nameOf(owner);
      wanted.set(name, [...(wanted.get(name) ?? []), owner]);
    }
    const refused = [...wanted].filter(([name, owners]) => owners.length > 1 || reserved.has(name));
    const movable = refused.flatMap(([, owners]) => owners).filter((owner) => !isLast(owner));
    if (movable.length === 0) break;
    for (const owner of movable) choices.set(owner, (choices.get(owner) ?? 0) + 1);
  }
  return new Map([...candidates.keys()].map((owner) => [owner, numbered(nameOf(owner), reserved)]));
}

function numbered(name: string, reserved: Set<string>): string {
  let free = name;
  for (let number = 2; reserved.has(free); number += 1) free = `${name}${number}`;
  reserved.add(free);
  return free;
}
