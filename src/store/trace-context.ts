import {
  context,
  createTraceState,
  isSpanContextValid,
  trace,
  TraceFlags,
  type SpanContext,
} from '@opentelemetry/api';
import type { EventMetadata } from '../domain/index.js';
import type { JournalRecord } from './journal-record.js';

/** Version, trace, span and flags, as W3C's Trace Context writes them; later versions may have more behind it. */
const TRACEPARENT = /^(?!ff)([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/**
 * Adds `traceparent`, and `tracestate` if there is any, to metadata while a trace is active, so that handlers go on
 * with it in other processes. Metadata that has one of the two is left as it is.
 *
 * It is W3C's format, whatever propagator the application uses: the journal outlives the choice.
 */
export function withTrace(metadata: EventMetadata): EventMetadata {
  const active = trace.getSpanContext(context.active());
  if (!active || !isSpanContextValid(active)) return metadata;
  if (metadata['traceparent'] !== undefined || metadata['tracestate'] !== undefined) return metadata;
  const { traceId, spanId, traceFlags, traceState } = active;
  // Of the flags, those that version 00 does not know are to be sent as 0.
  const sampled = traceFlags & TraceFlags.SAMPLED;
  const tracestate = traceState?.serialize();
  return {
    ...metadata,
    traceparent: `00-${traceId}-${spanId}-0${sampled}`,
    ...(tracestate ? { tracestate } : {}),
  };
}

/** The span in which an event was appended, if its metadata tells; what is no W3C Trace Context is passed over. */
export function traceOf({ metadata }: Pick<JournalRecord, 'metadata'>): SpanContext | undefined {
  // Most journals without traces have none at all: then nothing is parsed.
  if (!metadata.includes('"traceparent"')) return undefined;
  const { traceparent, tracestate } = JSON.parse(metadata) as Record<string, unknown>;
  if (typeof traceparent !== 'string') return undefined;
  const [, version, traceId = '', spanId = '', flags = '', more] = TRACEPARENT.exec(traceparent) ?? [];
  if (version === '00' && more !== undefined) return undefined;
  const traceFlags = Number.parseInt(flags, 16) & TraceFlags.SAMPLED;
  const state = typeof tracestate === 'string' ? { traceState: createTraceState(tracestate) } : {};
  const spanContext = { traceId, spanId, traceFlags, isRemote: true, ...state };
  return isSpanContextValid(spanContext) ? spanContext : undefined;
}

/** A function that runs in the trace that is active now, whoever calls it. */
export function inThisTrace<F extends (...args: never[]) => unknown>(run: F): F {
  return context.bind(context.active(), run);
}
