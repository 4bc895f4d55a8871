import { context, SpanStatusCode, trace, type Context, type Span } from '@opentelemetry/api';
import { EventSourcingError } from '../domain/index.js';

/** The name under which OpenTelemetry knows the spans and metrics of this library, and `messaging.system` on them. */
export const INSTRUMENTATION = 'nestevents';

/** The bounds that OpenTelemetry's conventions give to durations in messaging, in seconds. */
export const DURATION_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/** How a piece of work went. */
export interface TracedOutcome {
  readonly seconds: number;
  /** What it threw; no property of this name when it went well. */
  readonly error?: unknown;
}

/**
 * Does work in a span, which ends with it.
 *
 * @param parent the context that the work runs in, with the span added.
 * @param done told how it went, before the span ends.
 */
export async function inSpan<T>(
  span: Span,
  parent: Context,
  work: () => Promise<T>,
  done: (outcome: TracedOutcome) => void,
): Promise<T> {
  const start = performance.now();
  const seconds = (): number => (performance.now() - start) / 1000;
  try {
    const result = await context.with(trace.setSpan(parent, span), work);
    done({ seconds: seconds() });
    return result;
  } catch (error) {
    done({ seconds: seconds(), error });
    throw error;
  } finally {
    span.end();
  }
}

/** Shows on a span what its work failed with. */
export function failSpan(span: Span, error: unknown): void {
  const shown =
    error instanceof Error ? error : new Error(`something was thrown that is no Error: ${typeof error}`);
  span.recordException(shown);
  span.setAttribute('error.type', errorType(error));
  span.setStatus({ code: SpanStatusCode.ERROR, message: shown.message });
}

/** The code or the class of an error: few values, as metrics need it. */
export function errorType(error: unknown): string {
  if (error instanceof EventSourcingError) return error.code;
  return error instanceof Error ? error.constructor.name : '_OTHER';
}
