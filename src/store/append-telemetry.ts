import { context, metrics, SpanKind, trace, type Attributes } from '@opentelemetry/api';
import type { AggregateClass, DomainModel } from '../domain/index.js';
import type { Stream } from './stream.js';
import { ConcurrencyError } from './store.errors.js';
import { DURATION_BUCKETS, errorType, failSpan, INSTRUMENTATION, inSpan } from './traced-work.js';

/** What is appended to a stream, as far as telemetry tells. */
export interface TracedAppend {
  readonly stream: Stream;
  readonly events: readonly unknown[];
}

/** Where appends go, as spans and metrics tell. */
interface Destination {
  /** The name of the span. */
  readonly name: string;
  /** The name of the aggregate, if it is one. */
  readonly aggregateType: string | undefined;
  readonly measured: Attributes;
}

/** Shows appends to OpenTelemetry: a span for each, how long they take, how many events, and conflicts. */
export class AppendTelemetry {
  readonly #tracer = trace.getTracer(INSTRUMENTATION);
  readonly #meter = metrics.getMeter(INSTRUMENTATION);
  readonly #duration = this.#meter.createHistogram('messaging.client.operation.duration', {
    description: 'How long appends take.',
    unit: 's',
    advice: { explicitBucketBoundaries: DURATION_BUCKETS },
  });
  readonly #sent = this.#meter.createCounter('messaging.client.sent.messages', {
    description:
      'Events that were appended; in a transaction of the caller, also when it is rolled back later.',
    unit: '{message}',
  });
  readonly #conflicts = this.#meter.createCounter('nestevents.append.conflicts', {
    description: 'Appends that were refused because the stream was not at the expected version.',
    unit: '{conflict}',
  });

  /** By the only aggregate that is appended to; several are one without a name. */
  readonly #destinations = new Map<AggregateClass | undefined, Destination>();

  constructor(private readonly model: DomainModel) {}

  /**
   * Makes an append in a span of its own, whose trace the events carry on; one of nothing leaves no trace.
   *
   * @throws UnregisteredAggregateError, and what the append throws
   */
  around<T>(appends: readonly TracedAppend[], append: () => Promise<T>): Promise<T> {
    if (appends.length === 0) return append();
    const { name, aggregateType, measured } = this.#destination(appends);
    const events = appends.reduce((sum, each) => sum + each.events.length, 0);
    // All named in one literal: to copy the measured ones and add to them showed in profiles. `undefined` is left out.
    const attributes: Attributes = {
      'messaging.system': INSTRUMENTATION,
      'messaging.operation.name': 'append',
      'messaging.operation.type': 'send',
      'messaging.destination.name': aggregateType,
      'messaging.batch.message_count': events,
      'nestevents.append.streams': appends.length,
      'nestevents.aggregate.id': appends.length === 1 ? appends[0]!.stream.id : undefined,
    };
    const parent = context.active();
    const span = this.#tracer.startSpan(name, { kind: SpanKind.PRODUCER, attributes }, parent);
    return inSpan(span, parent, append, (outcome) => {
      if (!('error' in outcome)) {
        this.#duration.record(outcome.seconds, measured);
        this.#sent.add(events, measured);
        return;
      }
      failSpan(span, outcome.error);
      const failed = { ...measured, 'error.type': errorType(outcome.error) };
      this.#duration.record(outcome.seconds, failed);
      if (outcome.error instanceof ConcurrencyError) this.#conflicts.add(1, measured);
    });
  }

  #destination(appends: readonly TracedAppend[]): Destination {
    const { aggregate } = appends[0]!.stream;
    const one = appends.every(({ stream }) => stream.aggregate === aggregate) ? aggregate : undefined;
    for (const { stream } of appends) this.model.aggregate(stream.aggregate);
    let destination = this.#destinations.get(one);
    if (!destination) {
      destination = describe(one && this.model.aggregate(one).name);
      this.#destinations.set(one, destination);
    }
    return destination;
  }
}

function describe(aggregateType: string | undefined): Destination {
  const measured: Attributes = {
    'messaging.system': INSTRUMENTATION,
    'messaging.operation.name': 'append',
    'messaging.operation.type': 'send',
  };
  if (aggregateType === undefined) return { name: 'append', aggregateType, measured };
  return {
    name: `append ${aggregateType}`,
    aggregateType,
    measured: { ...measured, 'messaging.destination.name': aggregateType },
  };
}
