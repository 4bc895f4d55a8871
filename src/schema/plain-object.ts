/**
 * Whether a value can stand for a record or a map: an object literal, or an instance of a class of its user's.
 *
 * Arrays, dates, buffers, boxed strings, `Map`s and the like have a meaning of their own and are refused.
 */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  return hasPlainPrototype(value) || Object.prototype.toString.call(value) === '[object Object]';
}

/** Whether nothing but `Object.prototype` is inherited. */
export function hasPlainPrototype(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
