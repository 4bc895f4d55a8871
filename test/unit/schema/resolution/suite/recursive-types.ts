import { array, field, map, record, reads, refuses, rule } from './suite-pair.js';
import type { SuitePair } from './suite-pair.js';

const list = (value: unknown, more: object = {}) =>
  record('List', { value, next: ['null', 'List'], ...more });
const tree = (value: unknown) => record('Tree', { value, children: array('Tree') });
const mutual = (value: unknown) =>
  record('Even', { odd: ['null', record('Odd', { value, even: ['null', 'Even'] })] });

/** Types that contain themselves. */
export const recursiveTypes: SuitePair[] = rule('recursive types', [
  reads('a list', list('int'), list('int'), [
    { value: 1, next: { value: 2, next: null } },
    { value: 1, next: { value: 2, next: null } },
  ]),
  reads('a list of converted values', list('string'), list('bytes'), [
    { value: 'a', next: { value: 'b', next: null } },
    { value: Buffer.from('a'), next: { value: Buffer.from('b'), next: null } },
  ]),
  reads('a list with an added field', list('int'), list('int', { tag: field('string', { default: '' }) }), [
    { value: 1, next: { value: 2, next: null } },
    { value: 1, next: { value: 2, next: null, tag: '' }, tag: '' },
  ]),
  reads(
    'a list that becomes one of another shape',
    list('int'),
    record('List', { value: 'long', next: ['List', 'null'] }),
    [
      { value: 1, next: null },
      { value: 1, next: null },
    ],
  ),
  reads(
    'a list as one that is written out once',
    list('int'),
    record('List', {
      value: 'int',
      next: ['null', record('n.List', { value: 'long', next: ['null', 'n.List'] })],
    }),
    [
      { value: 1, next: { value: 2, next: { value: 3, next: null } } },
      { value: 1, next: { value: 2, next: { value: 3, next: null } } },
    ],
  ),
  reads('a tree', tree('long'), tree('double'), [
    { value: 1n, children: [{ value: 2n, children: [] }] },
    { value: 1, children: [{ value: 2, children: [] }] },
  ]),
  reads('a tree in a map', record('M', { m: map('M'), x: 'int' }), record('M', { m: map('M') }), [
    { m: { a: { m: {}, x: 1 } }, x: 2 },
    { m: { a: { m: {} } } },
  ]),
  reads('two types that contain each other', mutual('string'), mutual('bytes'), [
    { odd: { value: 'a', even: { odd: { value: 'b', even: null } } } },
    { odd: { value: Buffer.from('a'), even: { odd: { value: Buffer.from('b'), even: null } } } },
  ]),
  refuses('a list of demoted values', list('long'), list('int'), 'f.value'),
  refuses('a list with a field too many', list('int'), list('int', { tag: 'string' }), 'f.tag'),
  refuses('a list that may not end', list('int'), record('List', { value: 'int', next: 'List' }), 'f.next'),
  refuses('a tree of other values', tree('int'), tree('string'), 'f.value'),
  refuses(
    'a tree whose children are under keys',
    tree('int'),
    record('Tree', { value: 'int', children: map('Tree') }),
    'f.children',
  ),
  refuses(
    'two types that contain each other, one of them changed',
    mutual('string'),
    mutual('int'),
    'f.odd.value',
  ),
  refuses(
    'a list that is renamed inside only',
    list('int'),
    record('List', {
      value: 'int',
      next: ['null', record('Rest', { value: 'int', next: ['null', 'Rest'] })],
    }),
    'f.next',
  ),
]);
