import { ENVELOPE_PROPERTIES } from '../../domain/index.js';
import type { EventEnvelope } from '../../domain/index.js';

const PROPERTIES: Readonly<Record<keyof EventEnvelope, object>> = {
  eventId: { type: 'string', format: 'uuid' },
  eventType: { type: 'string', description: 'The name under which the event is stored.' },
  eventVersion: {
    type: ['integer', 'null'],
    minimum: 1,
    description: 'The version of the schema it was written with; null when it was stored without one.',
  },
  aggregateId: { type: 'string' },
  aggregateType: { type: 'string' },
  aggregateVersion: {
    type: 'integer',
    minimum: 1,
    description: 'The place in its stream: 1 for the first event of an aggregate.',
  },
  position: {
    type: 'integer',
    format: 'int64',
    description: 'The place in the whole journal. Grows, but has holes.',
  },
  createdAt: {
    type: 'string',
    format: 'date-time',
    description: "When it was stored, by the database's clock.",
  },
  metadata: {
    type: 'object',
    description: 'What the application adds, such as the user or a correlation id.',
  },
};

/** What travels beside an event's payload, as JSON Schema. */
export const ENVELOPE_HEADERS = {
  type: 'object',
  description: 'What the journal knows about a stored event.',
  required: [...ENVELOPE_PROPERTIES],
  properties: PROPERTIES,
};
