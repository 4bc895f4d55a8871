const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Avro's primitive types; their names belong to no namespace and cannot be redefined. */
export const PRIMITIVES: ReadonlySet<string> = new Set([
  'null',
  'boolean',
  'int',
  'long',
  'float',
  'double',
  'bytes',
  'string',
]);

/** Whether Avro allows a text as the name of a field, a type or a symbol. */
export function isAvroName(name: unknown): name is string {
  return typeof name === 'string' && NAME.test(name);
}

/** Whether Avro allows a text as a name with an optional namespace before it. */
export function isAvroFullName(name: unknown): name is string {
  return typeof name === 'string' && name.split('.').every((part) => NAME.test(part));
}

/**
 * Whether every JavaScript object has a property of this name already (`constructor`, `__proto__`, ...).
 *
 * Avro allows such names, but a missing field would then not be missing.
 */
export function isBuiltInName(name: string): boolean {
  return name in Object.prototype;
}

/** The full name of a type, and the namespace its parts are in. */
export interface QualifiedName {
  full: string;
  namespace: string;
  simple: string;
}

/** Works out a definition's full name from its `name`, its own `namespace` and the one around it. */
export function qualify(name: string, own: unknown, around: string): QualifiedName {
  const dot = name.lastIndexOf('.');
  const simple = name.slice(dot + 1);
  const inherited = typeof own === 'string' ? own : around;
  const namespace = dot >= 0 ? name.slice(0, dot) : inherited;
  return { full: namespace === '' ? simple : `${namespace}.${simple}`, namespace, simple };
}
