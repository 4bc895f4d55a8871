import type { JournalRecord } from '../store/index.js';
import { toMetadataText, toRowMetadata } from './row-metadata.js';

/** An event that was sent to the journal as it is read from there: PostgreSQL gives the keys of JSON another order. */
export function asStored(record: JournalRecord): JournalRecord {
  const { data, dataTypes } = record;
  const { metadata, ...ids } = toRowMetadata(record);
  return {
    ...record,
    // Bytes of a payload may be a part of these, and belong to whoever reads them.
    data: typeof data === 'string' ? inOrder(data) : Buffer.from(data),
    dataTypes: dataTypes && inOrder(dataTypes),
    metadata: toMetadataText({ ...ids, metadata: metadata && inOrder(metadata) }),
  };
}

function inOrder(json: string): string {
  const compare = /^[\0-\x7f]*$/.test(json) ? compareAscii : compareText;
  return JSON.stringify(sorted(JSON.parse(json), compare));
}

/** With the keys of all objects in the order of `jsonb`: shorter ones first, in bytes. */
function sorted(value: unknown, compare: (a: string, b: string) => number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((each) => sorted(each, compare));
  const given = value as Readonly<Record<string, unknown>>;
  const entries = Object.keys(given)
    .sort(compare)
    .map((key) => [key, sorted(given[key], compare)] as const);
  return Object.fromEntries(entries);
}

function compareAscii(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : 1;
}

function compareText(a: string, b: string): number {
  const [one, other] = [Buffer.from(a), Buffer.from(b)];
  return one.length - other.length || Buffer.compare(one, other);
}
