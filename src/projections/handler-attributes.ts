import type { Attributes } from '@opentelemetry/api';
import type { EventEnvelope } from '../domain/index.js';
import { INSTRUMENTATION } from '../store/index.js';
import { HandlerFailure } from './handler-call.js';
import type { HandlerDefinition } from './handler-definition.js';

/** An event, as far as telemetry tells. */
export type DescribedEvent = Pick<
  EventEnvelope,
  'eventId' | 'eventType' | 'aggregateType' | 'aggregateId' | 'position'
>;

/** What tells a durable handler from others, on spans and metrics. */
export function handlerAttributes(
  { name, kind }: Pick<HandlerDefinition, 'name' | 'kind'>,
  dataSource: string,
): Attributes {
  return {
    'messaging.system': INSTRUMENTATION,
    'messaging.consumer.group.name': name,
    'nestevents.handler.kind': kind,
    'nestevents.data_source': dataSource,
  };
}

/** What a span says of the events it handles: all of a single one, and how many there are. */
export function eventAttributes(events: readonly DescribedEvent[]): Attributes {
  const [first] = events;
  if (!first || events.length > 1) return { 'messaging.batch.message_count': events.length };
  const { eventId, eventType, aggregateType, aggregateId, position } = first;
  return {
    'messaging.message.id': eventId,
    'messaging.destination.name': aggregateType,
    'nestevents.event.type': eventType,
    'nestevents.aggregate.id': aggregateId,
    'nestevents.event.position': Number(position),
  };
}

/** What was to be handled when a handler failed. */
export interface FailedHandling {
  readonly definition: HandlerDefinition;
  readonly events: readonly unknown[];
  /** 1 for the first try; none where there is but one, in the transaction of an append. */
  readonly attempt?: number;
}

/** What becomes of events whose handling has failed. */
export function failureOutcome(
  error: unknown,
  { definition, events, attempt }: FailedHandling,
): 'interrupted' | 'refused' | 'split' | 'parked' | 'retry' {
  if (!(error instanceof HandlerFailure)) return 'interrupted';
  if (attempt === undefined) return 'refused';
  if (events.length > 1) return 'split';
  return attempt >= definition.retry.attempts ? 'parked' : 'retry';
}
