import { parse, stringify, validate } from 'uuid';

import type { Conversion } from './logical-type.js';

/** `uuid` on a string: a string that is a UUID. */
export const UUID_AS_STRING: Conversion = {
  kind: 'string',
  expected: 'string (uuid)',
  encode: (value) => (validate(value) ? value : undefined),
  decode(value) {
    if (!validate(value)) throw new TypeError(`${String(value)} is not a UUID`);
    return value;
  },
};

/** `uuid` on a fixed of 16 bytes: a string that is a UUID; it comes back in lower case. */
export const UUID_AS_FIXED: Conversion = {
  kind: 'string',
  expected: 'fixed (uuid) as string',
  encode: (value) => (typeof value === 'string' && validate(value) ? Buffer.from(parse(value)) : undefined),
  decode(value) {
    if (!Buffer.isBuffer(value)) throw new TypeError('not the bytes of a UUID');
    return stringify(value);
  },
};
