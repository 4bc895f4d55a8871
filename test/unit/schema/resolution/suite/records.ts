import { array, enumOf, field, fixed, map, record, reads, refuses, rule } from './suite-pair.js';
import type { SuitePair } from './suite-pair.js';

const A = record('R', { a: 'int' });
const AB = record('R', { a: 'int', b: 'string' });
const inner = (fields: Record<string, unknown>) => record('R', { in: record('I', fields) });
const added = (type: unknown, json: unknown) => record('R', { a: 'int', b: field(type, { default: json }) });

/** A field of a type is added, with this default, which gives this value. */
const DEFAULTS: [string, unknown, unknown, unknown][] = [
  ['null', 'null', null, null],
  ['boolean', 'boolean', true, true],
  ['int', 'int', -1, -1],
  ['long', 'long', 2 ** 40, 2 ** 40],
  ['float', 'float', 0.5, 0.5],
  ['double', 'double', 1, 1],
  ['string', 'string', 'é', 'é'],
  ['bytes', 'bytes', '\u00ff\u0000', Buffer.from([255, 0])],
  ['fixed', fixed('F', 2), '\u00feA', Buffer.from([254, 65])],
  ['enum', enumOf('E', ['x', 'y']), 'y', 'y'],
  ['array', array('bytes'), ['a'], [Buffer.from('a')]],
  ['map', map('int'), { x: 1 }, { x: 1 }],
  ['record', record('I', { x: 'int', y: field('string', { default: 'd' }) }), { x: 1 }, { x: 1, y: 'd' }],
  ['nullable', ['null', 'int'], null, null],
  ['union', ['string', 'null'], 's', 's'],
  ['wrapped union', ['int', 'double', 'null'], 5, { int: 5 }],
];

/** Records: fields that come, go, move and are renamed. */
export const records: SuitePair[] = [
  ...rule('record fields', [
    reads('the same', AB, AB, [
      { a: 1, b: 'x' },
      { a: 1, b: 'x' },
    ]),
    reads('none', record('R', {}), record('R', {}), [{}, {}]),
    reads('in another order', AB, record('R', { b: 'string', a: 'int' }), [
      { a: 1, b: 'x' },
      { a: 1, b: 'x' },
    ]),
    reads('removed', AB, A, [{ a: 1, b: 'x' }, { a: 1 }]),
    reads('all removed', AB, record('R', {}), [{ a: 1, b: 'x' }, {}]),
    reads('promoted', A, record('R', { a: 'long' }), [{ a: 1 }, { a: 1 }]),
    reads('made nullable', A, record('R', { a: ['null', 'int'] }), [{ a: 1 }, { a: 1 }]),
    refuses('added without default', A, AB, 'f.b'),
    refuses('added without default though nullable', A, record('R', { a: 'int', b: ['null', 'int'] }), 'f.b'),
    refuses('several added without default', record('R', {}), AB, 'f.a', 'f.b'),
    refuses('demoted', record('R', { a: 'long' }), A, 'f.a'),
    refuses('of another type', A, record('R', { a: 'string' }), 'f.a'),
    refuses(
      'of another type, which a default does not help',
      A,
      record('R', { a: field('string', { default: '' }) }),
      'f.a',
    ),
    refuses('several of another type', AB, record('R', { a: 'string', b: 'int' }), 'f.a', 'f.b'),
    refuses('in another case', A, record('R', { A: 'int' }), 'f.A'),
    reads(
      "left out, with the writer's default",
      record('R', { a: field('int', { default: 7 }) }),
      A,
      [{}, { a: 7 }],
      [{ a: 1 }, { a: 1 }],
    ),
    reads(
      "left out, with the writer's default though the reader has another",
      record('R', { a: field('string', { default: 'w' }) }),
      record('R', { a: field('bytes', { default: 'r' }) }),
      [{}, { a: Buffer.from('w') }],
    ),
    refuses(
      "added where the writer's default does not help",
      record('R', { x: field('int', { default: 7 }) }),
      A,
      'f.a',
    ),
  ]),
  ...rule(
    'defaults of added fields',
    DEFAULTS.map(([name, type, json, value]) =>
      reads(name, A, added(type, json), [{ a: 1 }, { a: 1, b: value }]),
    ),
  ),
  ...rule('field aliases', [
    reads('renamed', A, record('R', { z: field('int', { aliases: ['a'] }) }), [{ a: 1 }, { z: 1 }]),
    reads('renamed and promoted', A, record('R', { z: field('double', { aliases: ['a'] }) }), [
      { a: 1 },
      { z: 1 },
    ]),
    reads('renamed twice', A, record('R', { z: field('int', { aliases: ['y', 'a'] }) }), [
      { a: 1 },
      { z: 1 },
    ]),
    reads(
      'renamed with a default that is not needed',
      A,
      record('R', { z: field('int', { aliases: ['a'], default: 9 }) }),
      [{ a: 1 }, { z: 1 }],
    ),
    reads('an alias that was never there', A, record('R', { a: field('int', { aliases: ['x'] }) }), [
      { a: 1 },
      { a: 1 },
    ]),
    reads(
      'the name wins over an alias',
      record('R', { a: 'int', b: 'int' }),
      record('R', { a: field('int', { aliases: ['b'] }) }),
      [{ a: 1, b: 2 }, { a: 1 }],
    ),
    reads(
      'the first alias wins',
      record('R', { a: 'int', b: 'int' }),
      record('R', { z: field('int', { aliases: ['b', 'a'] }) }),
      [{ a: 1, b: 2 }, { z: 2 }],
    ),
    reads(
      'two names exchanged',
      record('R', { a: 'int', b: 'int' }),
      record('R', { a: field('int', { aliases: ['b'] }), b: field('int', { aliases: ['a'] }) }),
      [
        { a: 1, b: 2 },
        { a: 1, b: 2 },
      ],
    ),
    reads('one field read as two', A, record('R', { a: 'int', z: field('int', { aliases: ['a'] }) }), [
      { a: 1 },
      { a: 1, z: 1 },
    ]),
    refuses('renamed without alias', A, record('R', { z: 'int' }), 'f.z'),
    refuses(
      "renamed with the writer's alias",
      record('R', { a: field('int', { aliases: ['z'] }) }),
      record('R', { z: 'int' }),
      'f.z',
    ),
    refuses(
      'renamed and demoted',
      record('R', { a: 'long' }),
      record('R', { z: field('int', { aliases: ['a'] }) }),
      'f.z',
    ),
    refuses('an alias of nothing', A, record('R', { z: field('int', { aliases: ['x'] }) }), 'f.z'),
  ]),
  ...rule('nested records', [
    reads('promoted inside', inner({ x: 'int' }), inner({ x: 'long' }), [{ in: { x: 1 } }, { in: { x: 1 } }]),
    reads('added inside with default', inner({}), inner({ x: field('int', { default: 3 }) }), [
      { in: {} },
      { in: { x: 3 } },
    ]),
    reads('removed inside', inner({ x: 'int', y: 'int' }), inner({ y: 'int' }), [
      { in: { x: 1, y: 2 } },
      { in: { y: 2 } },
    ]),
    refuses('added inside without default', inner({}), inner({ x: 'int' }), 'f.in.x'),
    refuses('two things inside', inner({ y: 'long' }), inner({ x: 'int', y: 'int' }), 'f.in.x', 'f.in.y'),
    refuses(
      'of another name',
      record('R', { in: record('I', {}) }),
      record('R', { in: record('J', {}) }),
      'f.in',
    ),
    reads(
      'renamed',
      record('R', { in: record('I', {}) }),
      record('R', { in: record('J', {}, { aliases: ['I'] }) }),
      [{ in: {} }, { in: {} }],
    ),
    refuses("renamed with the writer's alias", record('I', {}, { aliases: ['J'] }), record('J', {})),
    refuses('of another name and with a new field', record('I', {}), record('J', { x: 'int' }), 'f', 'f.x'),
    refuses(
      'used twice, told of once',
      record('R', { x: record('I', {}), y: 'I' }),
      record('R', { x: record('I', { n: 'int' }), y: 'I' }),
      'f.x.n',
    ),
    refuses('a field that is no record any more', inner({}), record('R', { in: 'string' }), 'f.in'),
    refuses('a field that is a record now', record('R', { in: 'string' }), inner({}), 'f.in'),
  ]),
];
