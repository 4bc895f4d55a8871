import { reads, refuses, rule } from './suite-pair.js';
import type { SuitePair } from './suite-pair.js';

const big = 2n ** 60n;

const SAMPLES: Record<string, unknown[]> = {
  null: [null],
  boolean: [true, false],
  int: [0, -5, 2 ** 31 - 1],
  long: [7, 2 ** 40, big, -5n],
  float: [0.5, -3],
  double: [0.1, 1e300],
  bytes: [Buffer.from([]), Buffer.from('é😀')],
  string: ['', 'é😀'],
};

/** The specification's promotions, with what becomes of the samples. */
const PROMOTED: Record<string, [unknown, unknown][]> = {
  'int long': [[-5, -5]],
  'int float': [[-5, -5]],
  'int double': [[-5, -5]],
  'long float': [
    [7, 7],
    [big, 2 ** 60],
  ],
  'long double': [
    [7, 7],
    [-5n, -5],
  ],
  'float double': [[0.5, 0.5]],
  'string bytes': [
    ['', Buffer.alloc(0)],
    ['é😀', Buffer.from('c3a9f09f9880', 'hex')],
  ],
  'bytes string': [
    [Buffer.from('c3a9f09f9880', 'hex'), 'é😀'],
    [Buffer.from([0xff]), '\ufffd'],
  ],
};

const kinds = Object.keys(SAMPLES);

/** Every pair of primitive types. */
export const primitives: SuitePair[] = rule(
  'primitive types',
  kinds.flatMap((writer) =>
    kinds.map((reader) => {
      const name = `${writer} as ${reader}`;
      const promoted = PROMOTED[`${writer} ${reader}`];
      if (promoted) return reads(name, writer, reader, ...promoted);
      if (writer !== reader) return refuses(name, writer, reader);
      return reads(
        name,
        writer,
        reader,
        ...SAMPLES[writer]!.map((value): [unknown, unknown] => [value, value]),
      );
    }),
  ),
);
