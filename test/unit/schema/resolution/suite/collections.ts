import { array, enumOf, fixed, map, record, reads, refuses, rule } from './suite-pair.js';
import type { SuitePair } from './suite-pair.js';

const R = record('R', { a: 'int' });

/** One type of each kind, and a value of it. */
const KINDS: Record<string, [unknown, unknown]> = {
  int: ['int', 1],
  string: ['string', 'a'],
  record: [R, { a: 1 }],
  enum: [enumOf('R', ['a']), 'a'],
  fixed: [fixed('R', 1), Buffer.from('a')],
  array: [array('int'), [1]],
  map: [map('int'), { a: 1 }],
};

const kinds = Object.entries(KINDS);

/** Arrays and maps, and that a kind is only read as itself. */
export const collections: SuitePair[] = [
  ...rule(
    'kinds of types',
    kinds.flatMap(([name, [writer, value]]) =>
      kinds
        .filter(
          ([other]) => !['int string', 'string int', 'int int', 'string string'].includes(`${name} ${other}`),
        )
        .map(([other, [reader]]) =>
          name === other
            ? reads(`${name} as itself`, writer, reader, [value, value])
            : refuses(`${name} as ${other} of the same name`, writer, reader),
        ),
    ),
  ),
  ...rule('arrays', [
    reads(
      'of promoted items',
      array('int'),
      array('long'),
      [[], []],
      [
        [1, 2],
        [1, 2],
      ],
    ),
    reads('of converted items', array('string'), array('bytes'), [['a'], [Buffer.from('a')]]),
    reads('of arrays', array(array('long')), array(array('double')), [
      [[1n], []],
      [[1], []],
    ]),
    reads('of items that a union can hold', array('int'), array(['null', 'int']), [[1], [1]]),
    refuses('of demoted items', array('long'), array('int'), 'f[]'),
    refuses('of arrays of demoted items', array(array('long')), array(array('int')), 'f[][]'),
    refuses('of nullable items as items', array(['null', 'int']), array('int'), 'f[]'),
    refuses('as their items', array('int'), 'int'),
    refuses('out of one item', 'int', array('int')),
  ]),
  ...rule('maps', [
    reads('of promoted values', map('int'), map('double'), [{}, {}], [{ a: 1 }, { a: 1 }]),
    reads('of converted values', map('bytes'), map('string'), [
      { constructor: Buffer.from('a'), '': Buffer.from('b') },
      { constructor: 'a', '': 'b' },
    ]),
    reads('of maps', map(map('long')), map(map('float')), [{ a: { b: 1n } }, { a: { b: 1 } }]),
    reads('of arrays', map(array('string')), map(array('bytes')), [{ a: ['x'] }, { a: [Buffer.from('x')] }]),
    refuses('of demoted values', map('double'), map('float'), 'f{}'),
    refuses('of arrays of other items', map(array('int')), map(array('string')), 'f{}[]'),
    refuses('of records that need more', map(R), map(record('R', { a: 'int', b: 'int' })), 'f{}.b'),
    refuses('as a record', map('int'), record('M', { a: 'int' })),
    refuses('out of a record', record('M', { a: 'int' }), map('int')),
  ]),
];
