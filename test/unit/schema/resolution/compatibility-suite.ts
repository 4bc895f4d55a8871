import { collections } from './suite/collections.js';
import { logicalTypes } from './suite/logical-types.js';
import { namedTypes } from './suite/named-types.js';
import { primitives } from './suite/primitives.js';
import { records } from './suite/records.js';
import { recursiveTypes } from './suite/recursive-types.js';
import type { SuitePair } from './suite/suite-pair.js';
import { unions } from './suite/unions.js';

/** Reader and writer pairs out of the specification's rules on schema resolution, with the verdict they should get. */
export const COMPATIBILITY_SUITE: readonly SuitePair[] = [
  ...primitives,
  ...collections,
  ...namedTypes,
  ...records,
  ...unions,
  ...recursiveTypes,
  ...logicalTypes,
];

const FULL_NAMES = 'avsc compares full names, the specification unqualified ones';
const TWO_NAMES =
  'avsc takes it for an error if several names of a field are there; we prefer the name, then the first alias';

/** Where avsc judges otherwise than we do, and why; by rule and name. */
export const AVSC_DEVIATIONS: ReadonlyMap<string, string> = new Map([
  ['names: the namespace does not count, enum', FULL_NAMES],
  ['names: the namespace does not count, fixed', FULL_NAMES],
  ['names: the namespace does not count, record', FULL_NAMES],
  ["unions of the reader's: the first that can read it, if the same type cannot", FULL_NAMES],
  ["unions of the reader's: the first record of the same simple name", FULL_NAMES],
  ['unions on both sides: of records one of which goes to a namespace', FULL_NAMES],
  ['recursive types: a list as one that is written out once', FULL_NAMES],
  [
    'names: an alias is in the namespace of its type',
    'avsc does not put an alias into the namespace that is part of the name',
  ],
  ['field aliases: the name wins over an alias', TWO_NAMES],
  ['field aliases: the first alias wins', TWO_NAMES],
  ['field aliases: two names exchanged', TWO_NAMES],
]);
