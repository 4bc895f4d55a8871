import type { FixedNode, PrimitiveNode } from '../../schema/index.js';
import { reference, union, word, type TypeExpression } from './type-expression.js';

const NUMBER = word('number');
const STRING = word('string');
const INTEGER = union([NUMBER, word('bigint')]);
const BUFFER = reference('Buffer');
const DATE = reference('Date');

const OF_KIND: Readonly<Record<PrimitiveNode['kind'] | FixedNode['kind'], TypeExpression>> = {
  null: word('null'),
  boolean: word('boolean'),
  int: NUMBER,
  long: INTEGER,
  float: NUMBER,
  double: NUMBER,
  bytes: BUFFER,
  fixed: BUFFER,
  string: STRING,
};

const OF_LOGICAL: ReadonlyMap<string, TypeExpression> = new Map([
  ['timestamp-millis', DATE],
  ['timestamp-micros', DATE],
  ['local-timestamp-millis', DATE],
  ['local-timestamp-micros', DATE],
  ['date', DATE],
  ['time-millis', NUMBER],
  ['time-micros', INTEGER],
  ['decimal', STRING],
  ['uuid', STRING],
  ['duration', BUFFER],
]);

/** The type of the values of a schema without parts. */
export function leafType({ kind, logical }: PrimitiveNode | FixedNode): TypeExpression {
  return (logical && OF_LOGICAL.get(logical.name)) ?? OF_KIND[kind];
}
