import { array, decimal, enumOf, field, fixed, logical, record, reads, refuses, rule } from './suite-pair.js';
import type { SuitePair } from './suite-pair.js';

const DATE = logical('int', 'date');
const MILLIS = logical('long', 'timestamp-millis');
const MICROS = logical('long', 'timestamp-micros');
const LOCAL = logical('long', 'local-timestamp-millis');
const TIME_MILLIS = logical('int', 'time-millis');
const TIME_MICROS = logical('long', 'time-micros');
const UUID = logical('string', 'uuid');
const UUID_FIXED = fixed('Id', 16, { logicalType: 'uuid' });
const DURATION = fixed('D', 12, { logicalType: 'duration' });
const fixedDecimal = (precision: number, scale: number) =>
  fixed('P', 4, { logicalType: 'decimal', precision, scale });

const day = new Date('2024-02-29');
const now = new Date('2024-02-29T12:34:56.789Z');
const id = '0b0cd4b5-6e5f-4c0e-9a70-d1c5a1f9e3e7';
const idBytes = Buffer.from(id.replaceAll('-', ''), 'hex');
const twelve = Buffer.alloc(12, 1);
const same = (...values: unknown[]) => values.map((value): [unknown, unknown] => [value, value]);
const add = (type: unknown, json: unknown) => record('R', { b: field(type, { default: json }) });

/** Logical types, whose values are not those of the types below them. */
export const logicalTypes: SuitePair[] = [
  ...rule('the same logical type', [
    reads('date', DATE, DATE, ...same(day)),
    reads('timestamp-millis', MILLIS, MILLIS, ...same(now)),
    reads('timestamp-micros', MICROS, MICROS, ...same(now)),
    reads('time-millis', TIME_MILLIS, TIME_MILLIS, ...same(5)),
    reads('time-micros', TIME_MICROS, TIME_MICROS, ...same(5, 5n)),
    reads('decimal', decimal(4, 2), decimal(4, 2), ...same('1.5', '-12.30')),
    reads('decimal on fixed', fixedDecimal(4, 2), fixedDecimal(4, 2), ...same('1.5')),
    reads('uuid', UUID, UUID, ...same(id)),
    reads('uuid on fixed', UUID_FIXED, UUID_FIXED, ...same(id)),
    reads('duration', DURATION, DURATION, ...same(twelve)),
    reads('in a union', ['null', MILLIS], ['null', 'string', MILLIS], ...same(null, now)),
    reads('in a list', array(decimal(4, 2)), array(['null', decimal(4, 2)]), ...same(['1.5'])),
  ]),
  ...rule('decimals', [
    refuses('of another scale', decimal(4, 2), decimal(4, 1)),
    refuses('of higher precision', decimal(4, 2), decimal(5, 2)),
    refuses('of lower precision', decimal(4, 2), decimal(3, 2)),
    refuses('on fixed, of another precision', fixedDecimal(4, 2), fixedDecimal(5, 2)),
    refuses('on bytes, then on fixed', decimal(4, 2), fixedDecimal(4, 2)),
    refuses('on fixed, then on bytes', fixedDecimal(4, 2), decimal(4, 2)),
    refuses('in a union, of another scale', ['null', decimal(4, 2)], ['null', decimal(4, 1)]),
    reads('as bytes', decimal(4, 2), 'bytes', ['1.28', Buffer.from('0080', 'hex')]),
    reads('out of bytes', 'bytes', decimal(4, 2), [Buffer.from('0080', 'hex'), '1.28']),
    reads('as fixed', fixedDecimal(4, 2), fixed('P', 4), ['-0.01', Buffer.from('ffffffff', 'hex')]),
    reads('out of fixed', fixed('P', 4), fixedDecimal(4, 2), [Buffer.from('00000080', 'hex'), '1.28']),
    reads('as text', decimal(4, 2), 'string', ['1.50', '1.50']),
    reads('out of text', 'string', decimal(4, 2), ['1.50', '1.50']),
    refuses('as a double', decimal(4, 2), 'double'),
    refuses('out of an int', 'int', decimal(4, 2)),
  ]),
  ...rule('dates and times', [
    reads('date as timestamp-millis', DATE, MILLIS, ...same(day)),
    reads('date as timestamp-micros', DATE, MICROS, ...same(day)),
    reads('timestamp-millis as timestamp-micros', MILLIS, MICROS, ...same(now)),
    reads('timestamp-micros as timestamp-millis', MICROS, MILLIS, ...same(now)),
    reads('timestamp as local timestamp', MILLIS, LOCAL, ...same(now)),
    reads('time-millis as time-micros', TIME_MILLIS, TIME_MICROS, [86_399_999, 86_399_999_000]),
    reads('time-micros as long', TIME_MICROS, 'long', ...same(5)),
    reads('timestamp-millis as long', MILLIS, 'long', [now, now.getTime()]),
    reads('timestamp-micros as long', MICROS, 'long', [new Date(-1), -1000]),
    reads('timestamp-micros as double', MICROS, 'double', [new Date(2), 2000]),
    reads('date as int', DATE, 'int', [day, 19_782]),
    reads('date as long', DATE, 'long', [day, 19_782]),
    reads('date as float', DATE, 'float', [day, 19_782]),
    reads('long as timestamp-millis', 'long', MILLIS, [5, new Date(5)], [-5n, new Date(-5)]),
    reads('long as timestamp-micros', 'long', MICROS, [5999, new Date(5)]),
    reads('int as timestamp-millis', 'int', MILLIS, [5, new Date(5)]),
    reads('int as date', 'int', DATE, [19_782, day]),
    reads('int as time-micros', 'int', TIME_MICROS, [5, 5]),
    reads('long as a union with a timestamp', 'long', ['double', MILLIS], [5, new Date(5)]),
    reads('timestamp in the branch of its type', MICROS, ['double', MILLIS], ...same(now)),
    refuses('timestamp-millis as date', MILLIS, DATE),
    refuses('time-micros as time-millis', TIME_MICROS, TIME_MILLIS),
    refuses('long as date', 'long', DATE),
    refuses('string as timestamp', 'string', MILLIS),
    refuses('timestamp as string', MILLIS, 'string'),
    refuses('date as time of day', DATE, TIME_MILLIS),
    refuses('time of day as timestamp', TIME_MICROS, MICROS),
  ]),
  ...rule('uuids and durations', [
    reads('uuid as string', UUID, 'string', ...same(id)),
    // What was stored need not be a UUID: it comes back as it is, see schema-resolution.spec.ts.
    reads('string as uuid', 'string', UUID, ...same(id)),
    reads('uuid as bytes', UUID, 'bytes', [id, Buffer.from(id)]),
    reads('bytes as uuid', 'bytes', UUID, [Buffer.from(id), id]),
    reads('uuid on fixed as fixed', UUID_FIXED, fixed('Id', 16), [id, idBytes]),
    reads('fixed as uuid', fixed('Id', 16), UUID_FIXED, [idBytes, id]),
    reads('duration as fixed', DURATION, fixed('D', 12), ...same(twelve)),
    reads('fixed as duration', fixed('D', 12), DURATION, ...same(twelve)),
    refuses('uuid on a string, then on fixed', UUID, UUID_FIXED),
    refuses('uuid on fixed, then on a string', UUID_FIXED, UUID),
    refuses('uuid as decimal', UUID, decimal(40, 0)),
    refuses('decimal as uuid', decimal(40, 0), UUID),
    refuses('uuid as enum', UUID, enumOf('E', ['a'])),
    refuses('duration of another name', DURATION, fixed('X', 12, { logicalType: 'duration' })),
  ]),
  ...rule('defaults of logical types', [
    reads('date', record('R', {}), add(DATE, 19_782), [{}, { b: day }]),
    reads('timestamp-millis', record('R', {}), add(MILLIS, 5), [{}, { b: new Date(5) }]),
    reads('timestamp-micros', record('R', {}), add(MICROS, 5000), [{}, { b: new Date(5) }]),
    reads('time-millis', record('R', {}), add(TIME_MILLIS, 5), [{}, { b: 5 }]),
    reads('decimal', record('R', {}), add(decimal(4, 2), '\u0000\u0080'), [{}, { b: '1.28' }]),
    reads('decimal on fixed', record('R', {}), add(fixedDecimal(4, 2), '\u00ff\u00ff\u00ff\u00ff'), [
      {},
      { b: '-0.01' },
    ]),
    reads('uuid', record('R', {}), add(UUID, id), [{}, { b: id }]),
    reads('uuid on fixed', record('R', {}), add(UUID_FIXED, idBytes.toString('latin1')), [{}, { b: id }]),
    reads('in a union', record('R', {}), add([MILLIS, 'null'], 5), [{}, { b: new Date(5) }]),
    reads('in a wrapped union', record('R', {}), add([decimal(4, 2), 'string'], '\u0000\u0080'), [
      {},
      { b: { bytes: '1.28' } },
    ]),
  ]),
];
