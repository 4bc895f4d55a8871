/** The JSON Pointer (RFC 6901) to a place in a payload. */
export function jsonPointer(keys: readonly (string | number)[]): string {
  return keys.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** A place in a payload: the object or array it is in, and its key there. */
export interface Place {
  readonly owner: Record<string, unknown>;
  readonly key: string;
}

/** Finds the place that a pointer names. @throws TypeError when the way to it is not there */
export function placeAt(payload: object, pointer: string): Place {
  const keys = pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  const last = keys.pop();
  if (last === undefined) throw new TypeError(`its types name no place: ${JSON.stringify(pointer)}`);
  let owner: unknown = payload;
  for (const key of keys) owner = valueAt({ owner: owner as Record<string, unknown>, key }, pointer);
  if (typeof owner !== 'object' || owner === null) throw missing(pointer);
  return { owner: owner as Record<string, unknown>, key: last };
}

/** The value at a place. @throws TypeError when there is none */
export function valueAt({ owner, key }: Place, pointer: string): unknown {
  if (typeof owner !== 'object' || owner === null || !Object.hasOwn(owner, key)) throw missing(pointer);
  return owner[key];
}

function missing(pointer: string): TypeError {
  return new TypeError(`its types name ${JSON.stringify(pointer)}, which is not in its data`);
}
