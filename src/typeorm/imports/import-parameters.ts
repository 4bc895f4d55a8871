import type { ImportRecord } from '../../store/index.js';
import { toRowMetadata } from '../row-metadata.js';
import type { NextVersion } from './stream-versions.js';

/**
 * Events, and the versions they get, as parameters of `importSql`.
 *
 * Columns are text that the database divides: to make array literals of the JSON of a thousand events, with every quote
 * of it escaped, takes longer than to store them.
 */
export function toParameters(imported: readonly ImportRecord[], versions: readonly NextVersion[]): unknown[] {
  const records = imported.map(({ record }) => record);
  const rows = records.map(toRowMetadata);
  return [
    literal(imported.map(({ aggregateType }) => quote(aggregateType))),
    literal(imported.map(({ aggregateId }) => quote(aggregateId))),
    literal(versions.map(({ version }) => version ?? 'NULL')),
    literal(versions.map(({ step }) => step)),
    literal(records.map(({ eventId }) => eventId)),
    lines(records.map(({ eventType }) => eventType)),
    literal(records.map(({ eventVersion }) => eventVersion ?? 'NULL')),
    literal(imported.map(({ createdAt }) => createdAt?.getTime() ?? 'NULL')),
    lines(records.map(({ data }) => (typeof data === 'string' ? data : null))),
    lines(records.map(({ data }) => (typeof data === 'string' ? null : `\\x${data.toString('hex')}`))),
    lines(records.map(({ dataTypes }) => dataTypes)),
    lines(rows.map(({ metadata }) => metadata)),
    literal(rows.map(({ correlationId }) => correlationId ?? 'NULL')),
    literal(rows.map(({ causationId }) => causationId ?? 'NULL')),
  ];
}

/** An array of values that need no escaping. */
function literal(values: readonly (number | string)[]): string {
  return `{${values.join(',')}}`;
}

/** A text as an element of an array; few have something to escape. */
function quote(text: string): string {
  return /["\\]/.test(text) ? `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"` : `"${text}"`;
}

/** Texts that are not empty and have no line break; an empty line is NULL. */
function lines(texts: readonly (string | null)[]): string {
  return texts.join('\n');
}
