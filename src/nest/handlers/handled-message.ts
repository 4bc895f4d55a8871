import { v7 as uuidv7 } from 'uuid';
import { findEnvelope, type DomainEvent } from '../../domain/index.js';
import type { HandledMessage, JournalRecord } from '../../store/index.js';

/**
 * How the handling of a command is known to the events it causes: by its `commandId` if it has one, else by an id
 * made for this execution; correlated by its `correlationId`, or as what it is itself caused by.
 */
export function commandMessage(command: object, parent: HandledMessage | undefined): HandledMessage {
  const id = text(command, 'commandId') ?? uuidv7();
  return {
    kind: 'command',
    id,
    correlationId: text(command, 'correlationId') ?? parent?.correlationId ?? id,
  };
}

/** How the handling of an event is known to the events it causes; `undefined` for one that is not stored. */
export function eventMessage(event: DomainEvent): HandledMessage | undefined {
  const envelope = findEnvelope(event);
  if (!envelope) return undefined;
  const { eventId, metadata } = envelope;
  return { kind: 'event', id: eventId, correlationId: text(metadata, 'correlationId') ?? eventId };
}

/** The same for an event that no instance was made of yet. */
export function recordMessage({ eventId, metadata }: JournalRecord): HandledMessage {
  const correlationId = text(JSON.parse(metadata) as object, 'correlationId');
  return { kind: 'event', id: eventId, correlationId: correlationId ?? eventId };
}

function text(source: object, property: string): string | undefined {
  const value = (source as Record<string, unknown>)[property];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
