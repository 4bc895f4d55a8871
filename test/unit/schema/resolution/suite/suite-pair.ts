/** Two types, and what the specification says of reading one as the other. Each is the type of a field "f". */
export interface SuitePair {
  /** The part of the specification that it is about. */
  rule: string;
  name: string;
  writer: unknown;
  reader: unknown;
  compatible: boolean;
  /** Where it is refused, in the reader's schema. */
  paths: string[];
  /** Values as they are written and as they are read. */
  values: [written: unknown, read: unknown][];
}

type Verdict = Omit<SuitePair, 'rule'>;

/** A pair of which the reader can read the writer's values. */
export function reads(
  name: string,
  writer: unknown,
  reader: unknown,
  ...values: SuitePair['values']
): Verdict {
  return { name, writer, reader, compatible: true, paths: [], values };
}

/** A pair of which the reader cannot read the writer's values. */
export function refuses(name: string, writer: unknown, reader: unknown, ...paths: string[]): Verdict {
  return { name, writer, reader, compatible: false, paths: paths.length > 0 ? paths : ['f'], values: [] };
}

/** Puts pairs under a rule. */
export function rule(title: string, pairs: Verdict[]): SuitePair[] {
  return pairs.map((pair) => ({ rule: title, ...pair }));
}

/** A record whose fields are given by their types, or by {@link field}. */
export function record(name: string, fields: Record<string, unknown>, more: object = {}): object {
  const list = Object.entries(fields).map(([field, given]) =>
    Object.assign({ name: field }, given instanceof Field ? given : { type: given }),
  );
  return { type: 'record', name, fields: list, ...more };
}

class Field {
  constructor(
    readonly type: unknown,
    more: object,
  ) {
    Object.assign(this, more);
  }
}

/** A field with more than a type, such as a default or aliases. */
export function field(type: unknown, more: object): object {
  return new Field(type, more);
}

export const array = (items: unknown) => ({ type: 'array', items });
export const map = (values: unknown) => ({ type: 'map', values });
export const fixed = (name: string, size: number, more: object = {}) => ({
  type: 'fixed',
  name,
  size,
  ...more,
});
export const enumOf = (name: string, symbols: string[], more: object = {}) => ({
  type: 'enum',
  name,
  symbols,
  ...more,
});
export const logical = (type: string, logicalType: string, more: object = {}) => ({
  type,
  logicalType,
  ...more,
});
export const decimal = (precision: number, scale: number) =>
  logical('bytes', 'decimal', { precision, scale });
