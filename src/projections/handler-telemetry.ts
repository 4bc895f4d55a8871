import {
  context,
  metrics,
  ROOT_CONTEXT,
  SpanKind,
  trace,
  type Context,
  type Link,
  type SpanContext,
} from '@opentelemetry/api';
import {
  DURATION_BUCKETS,
  errorType,
  failSpan,
  INSTRUMENTATION,
  inSpan,
  traceOf,
  type FeedEvent,
} from '../store/index.js';
import {
  eventAttributes,
  failureOutcome,
  handlerAttributes,
  type DescribedEvent,
  type FailedHandling,
} from './handler-attributes.js';
import { HandlerFailure } from './handler-call.js';
import type { HandlerDefinition } from './handler-definition.js';
import type { HandlingTurn } from './handling-turn.js';

/** The most traces that a batch is linked to: as many as OpenTelemetry keeps by default. */
const MAX_LINKS = 128;

/** Shows to OpenTelemetry what durable handlers do: a span for each event or batch, how long it takes, and failures. */
export class HandlerTelemetry {
  readonly #tracer = trace.getTracer(INSTRUMENTATION);
  readonly #meter = metrics.getMeter(INSTRUMENTATION);
  readonly #duration = this.#meter.createHistogram('messaging.process.duration', {
    description: 'How long a durable handler takes for an event, or for a batch of them.',
    unit: 's',
    advice: { explicitBucketBoundaries: DURATION_BUCKETS },
  });
  readonly #handled = this.#meter.createCounter('nestevents.handler.events', {
    description: 'Events that a durable handler has handled.',
    unit: '{event}',
  });
  readonly #failures = this.#meter.createCounter('nestevents.handler.failures', {
    description: 'Tries that failed; a batch is not counted, its events are tried one by one.',
    unit: '{failure}',
  });

  /** @param dataSource whose store the handlers follow. */
  constructor(private readonly dataSource: string) {}

  /**
   * Handles stored events in a span.
   *
   * A single event goes on with the trace of its append. A batch has a trace of its own, with links to those of its
   * events; so has what a rebuild goes over, for those traces are long over.
   */
  async around<T>(
    definition: HandlerDefinition,
    events: readonly FeedEvent[],
    work: () => Promise<T>,
    { attempt = 1, replay = false }: HandlingTurn = {},
  ): Promise<T> {
    const handled = events.map(({ record }) => record);
    return this.#inSpan({ definition, events: handled, attempt, replay, ...lineage(events, replay) }, work);
  }

  /** Handles events in a span that is part of their append. */
  async inline<T>(
    definition: HandlerDefinition,
    events: readonly DescribedEvent[],
    work: () => Promise<T>,
  ): Promise<T> {
    return this.#inSpan({ definition, events, parent: context.active(), links: [] }, work);
  }

  async #inSpan<T>(handling: Handling, work: () => Promise<T>): Promise<T> {
    const { definition, events, attempt, replay, parent, links } = handling;
    const measured = {
      ...handlerAttributes(definition, this.dataSource),
      'messaging.operation.name': 'handle',
      'messaging.operation.type': 'process',
    };
    const attributes = {
      ...measured,
      ...eventAttributes(events),
      'nestevents.handler.attempt': attempt,
      'nestevents.handler.replay': replay,
    };
    const options = { kind: SpanKind.CONSUMER, links, attributes };
    const span = this.#tracer.startSpan(`handle ${definition.name}`, options, parent);
    return inSpan(span, parent, work, (outcome) => {
      if (!('error' in outcome)) {
        span.setAttribute('nestevents.handler.outcome', 'handled');
        this.#duration.record(outcome.seconds, measured);
        this.#handled.add(events.length, measured);
        return;
      }
      const { error } = outcome;
      const cause = error instanceof HandlerFailure ? error.cause : error;
      const failed = { ...measured, 'error.type': errorType(cause) };
      const becomes = failureOutcome(error, handling);
      span.setAttribute('nestevents.handler.outcome', becomes);
      failSpan(span, cause);
      this.#duration.record(outcome.seconds, failed);
      if (becomes !== 'interrupted' && becomes !== 'split') this.#failures.add(1, failed);
    });
  }
}

/** Events on their way to a handler, and what that is a part of. */
interface Handling extends FailedHandling {
  readonly events: readonly DescribedEvent[];
  readonly replay?: boolean;
  readonly parent: Context;
  readonly links: Link[];
}

/** What handling is a part of. Units are begun in whatever context asks for it, a request's say, so none of it is kept. */
function lineage(events: readonly FeedEvent[], replay: boolean): { parent: Context; links: Link[] } {
  const origins = originsOf(events);
  const [origin] = origins;
  if (origin && events.length === 1 && !replay) {
    return { parent: trace.setSpanContext(ROOT_CONTEXT, origin), links: [] };
  }
  return { parent: ROOT_CONTEXT, links: origins.map((context) => ({ context })) };
}

/** The spans that appended the events, each once. */
function originsOf(events: readonly FeedEvent[]): SpanContext[] {
  const origins = new Map<string, SpanContext>();
  for (const { record } of events) {
    const origin = traceOf(record);
    if (origin) origins.set(`${origin.traceId} ${origin.spanId}`, origin);
    if (origins.size === MAX_LINKS) break;
  }
  return [...origins.values()];
}
