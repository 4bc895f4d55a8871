import { shownPayload, type JournalRecord, type WrittenSchema } from '../../store/index.js';

/** An event as the command line shows it. */
export interface ShownEvent {
  readonly position: string;
  readonly createdAt: string;
  readonly aggregateType: string;
  readonly aggregateId: string;
  readonly aggregateVersion: number;
  readonly eventId: string;
  readonly eventType: string;
  readonly eventVersion: number | null;
  readonly encoding: 'json' | 'avro';
  readonly metadata: unknown;
  /** The payload as JSON; `null` where it cannot be read. */
  readonly data: unknown;
  /** Why it cannot be read. */
  readonly problem?: string;
}

/** Makes an event ready to be shown. @param schemas what the journal has kept of its type. */
export function shownEvent(record: JournalRecord, schemas: readonly WrittenSchema[]): ShownEvent {
  const { aggregateType, aggregateId, aggregateVersion, eventId, eventType, eventVersion } = record;
  const shown = {
    position: record.position.toString(),
    createdAt: record.createdAt.toISOString(),
    aggregateType,
    aggregateId,
    aggregateVersion,
    eventId,
    eventType,
    eventVersion,
    encoding: typeof record.data === 'string' ? ('json' as const) : ('avro' as const),
    metadata: JSON.parse(record.metadata) as unknown,
  };
  try {
    return { ...shown, data: shownPayload(record, schemas) };
  } catch (error) {
    return { ...shown, data: null, problem: error instanceof Error ? error.message : String(error) };
  }
}
