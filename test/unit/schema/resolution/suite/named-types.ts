import { enumOf, fixed, record, reads, refuses, rule } from './suite-pair.js';
import type { SuitePair } from './suite-pair.js';

const a = Buffer.from('a');
const ab = Buffer.from('ab');

/** Enums, fixed, and the names of both. */
export const namedTypes: SuitePair[] = [
  ...rule('enums', [
    reads('with the same symbols', enumOf('E', ['a', 'b']), enumOf('E', ['a', 'b']), ['a', 'a']),
    reads(
      'with symbols in another order',
      enumOf('E', ['a', 'b']),
      enumOf('E', ['b', 'a']),
      ['a', 'a'],
      ['b', 'b'],
    ),
    reads('with an added symbol', enumOf('E', ['a']), enumOf('E', ['a', 'b']), ['a', 'a']),
    reads('with an added symbol in front', enumOf('E', ['a']), enumOf('E', ['z', 'a']), ['a', 'a']),
    reads(
      'with a removed symbol and a default',
      enumOf('E', ['a', 'b']),
      enumOf('E', ['a'], { default: 'a' }),
      ['a', 'a'],
      ['b', 'a'],
    ),
    reads(
      'with other symbols and a default',
      enumOf('E', ['a', 'b']),
      enumOf('E', ['c', 'd'], { default: 'd' }),
      ['a', 'd'],
      ['b', 'd'],
    ),
    reads(
      'with a default that is not needed',
      enumOf('E', ['a']),
      enumOf('E', ['a', 'b'], { default: 'b' }),
      ['a', 'a'],
    ),
    refuses('with a removed symbol', enumOf('E', ['a', 'b']), enumOf('E', ['a'])),
    refuses(
      "with a removed symbol and the writer's default",
      enumOf('E', ['a', 'b'], { default: 'a' }),
      enumOf('E', ['a']),
    ),
    refuses('with a symbol in another case', enumOf('E', ['a']), enumOf('E', ['A'])),
    refuses('of another name', enumOf('E', ['a']), enumOf('F', ['a'])),
    refuses('of another name, with a default', enumOf('E', ['a']), enumOf('F', ['a'], { default: 'a' })),
    reads('renamed with an alias', enumOf('E', ['a']), enumOf('F', ['a'], { aliases: ['E'] }), ['a', 'a']),
    refuses("renamed with the writer's alias", enumOf('E', ['a'], { aliases: ['F'] }), enumOf('F', ['a'])),
    refuses('of another name and with fewer symbols', enumOf('E', ['a', 'b']), enumOf('F', ['a']), 'f', 'f'),
    refuses('as a string', enumOf('E', ['a']), 'string'),
    refuses('out of a string', 'string', enumOf('E', ['a'], { default: 'a' })),
  ]),
  ...rule('fixed', [
    reads('of the same size', fixed('F', 2), fixed('F', 2), [ab, ab]),
    reads('of no bytes', fixed('F', 0), fixed('F', 0), [Buffer.alloc(0), Buffer.alloc(0)]),
    refuses('that is larger', fixed('F', 1), fixed('F', 2)),
    refuses('that is smaller', fixed('F', 2), fixed('F', 1)),
    refuses('of another name', fixed('F', 1), fixed('G', 1)),
    reads('renamed with an alias', fixed('F', 1), fixed('G', 1, { aliases: ['X', 'F'] }), [a, a]),
    refuses("renamed with the writer's alias", fixed('F', 1, { aliases: ['G'] }), fixed('G', 1)),
    refuses('renamed with an alias but larger', fixed('F', 1), fixed('G', 2, { aliases: ['F'] })),
    refuses('of another name and size', fixed('F', 1), fixed('G', 2), 'f', 'f'),
    refuses('as bytes', fixed('F', 1), 'bytes'),
    refuses('out of bytes', 'bytes', fixed('F', 1)),
    refuses('as a string', fixed('F', 1), 'string'),
  ]),
  ...rule('names', [
    reads('the namespace does not count, enum', enumOf('x.E', ['a']), enumOf('y.E', ['a']), ['a', 'a']),
    reads('the namespace does not count, fixed', fixed('x.F', 1), fixed('F', 1), [a, a]),
    reads('the namespace does not count, record', record('x.R', { a: 'int' }), record('y.R', { a: 'int' }), [
      { a: 1 },
      { a: 1 },
    ]),
    reads(
      'the namespace may stand apart',
      record('x.R', { a: 'int' }),
      record('R', { a: 'int' }, { namespace: 'x' }),
      [{ a: 1 }, { a: 1 }],
    ),
    refuses('case counts', record('r', { a: 'int' }), record('R', { a: 'int' })),
    reads(
      'an alias is in the namespace of its type',
      enumOf('x.E', ['a']),
      enumOf('x.F', ['a'], { aliases: ['E'] }),
      ['a', 'a'],
    ),
    reads('an alias may be a full name', enumOf('x.E', ['a']), enumOf('y.F', ['a'], { aliases: ['x.E'] }), [
      'a',
      'a',
    ]),
    refuses('an alias in another namespace', enumOf('x.E', ['a']), enumOf('y.F', ['a'], { aliases: ['E'] })),
    refuses('an alias with another namespace', fixed('E', 1), fixed('F', 1, { aliases: ['x.E'] })),
  ]),
];
