import type { NewRecord } from '../store/index.js';

/** Metadata as the journal keeps it beside a payload in Avro: the ids that it mostly consists of take less room apart. */
export interface RowMetadata {
  /** The text of a JSON object with all else; `null` when there is nothing else. */
  readonly metadata: string | null;
  readonly correlationId: string | null;
  readonly causationId: string | null;
}

/** A UUID as PostgreSQL writes it: any other one would come back changed. */
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The metadata of a record for its row. Beside a payload in JSON it stays whole, as it may be queried with it. */
export function toRowMetadata({ data, metadata: text }: NewRecord): RowMetadata {
  if (typeof data === 'string') return { metadata: text, correlationId: null, causationId: null };
  const rest = JSON.parse(text) as Record<string, unknown>;
  const take = (name: string): string | null => {
    const id = rest[name];
    if (typeof id !== 'string' || !UUID.test(id)) return null;
    delete rest[name];
    return id;
  };
  const ids = { correlationId: take('correlationId'), causationId: take('causationId') };
  if (ids.correlationId === null && ids.causationId === null) return { metadata: text, ...ids };
  return { metadata: Object.keys(rest).length > 0 ? JSON.stringify(rest) : null, ...ids };
}

/** The text of the metadata of a row, with its ids: put together here, as SQL for it costs every statement its time. */
export function toMetadataText({ metadata, correlationId, causationId }: RowMetadata): string {
  if (correlationId === null && causationId === null) return metadata ?? '{}';
  // UUIDs, so there is nothing to escape.
  const parts: string[] = [];
  if (correlationId !== null) parts.push(`"correlationId": "${correlationId}"`);
  if (causationId !== null) parts.push(`"causationId": "${causationId}"`);
  if (metadata !== null && metadata !== '{}') parts.push(metadata.slice(1, -1));
  return `{${parts.join(', ')}}`;
}
