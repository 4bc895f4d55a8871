/** Any class at all, as decorators meet it. */
// oxlint-disable-next-line typescript/no-unsafe-function-type
export type AnyClass = Function;

/** A class and its bases, the most basic first, so that a subclass replaces what it inherits. */
export function lineage(owner: AnyClass): AnyClass[] {
  const classes: AnyClass[] = [];
  for (let next: unknown = owner; typeof next === 'function'; next = Object.getPrototypeOf(next)) {
    if (next !== Function.prototype) classes.unshift(next);
  }
  return classes;
}
