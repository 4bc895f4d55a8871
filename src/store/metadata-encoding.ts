import type { EventMetadata } from '../domain/index.js';
import { encodePayload } from './payload-encoding.js';
import { EventPayloadError } from './store.errors.js';

/**
 * Turns metadata into the text the journal stores. Properties that are `undefined` are left out.
 *
 * @throws EventPayloadError for anything that is not plain JSON.
 */
export function encodeMetadata(metadata: EventMetadata): string {
  const { json, types } = encodePayload(withoutUndefined(metadata), 'metadata');
  if (types !== null) {
    const [[pointer, type] = ['', '']] = Object.entries(JSON.parse(types) as Record<string, string>);
    const path = pointer.slice(1).replaceAll('/', '.').replaceAll('~1', '/').replaceAll('~0', '~');
    throw new EventPayloadError(
      'metadata',
      path,
      `is of the type ${type}`,
      'Metadata is plain JSON: pass text.',
    );
  }
  return json;
}

function withoutUndefined(metadata: EventMetadata): EventMetadata {
  const entries = Object.entries(metadata);
  const defined = entries.filter(([, value]) => value !== undefined);
  return defined.length === entries.length ? { ...metadata } : Object.fromEntries(defined);
}

/** @throws EventPayloadError for what is no object with properties, as plain JavaScript may pass it. */
export function assertMetadata(metadata: unknown): asserts metadata is EventMetadata {
  if (
    typeof metadata !== 'object' ||
    metadata === null ||
    Array.isArray(metadata) ||
    metadata instanceof Map
  ) {
    throw new EventPayloadError(
      'metadata',
      '',
      'is no plain object',
      "Pass one, such as { commandId: '…' }.",
    );
  }
}
