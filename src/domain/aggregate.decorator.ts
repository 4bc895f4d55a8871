import 'reflect-metadata';
import type { AggregateSnapshotOptions } from './aggregate-snapshot-options.js';

const AGGREGATE = Symbol('nestevents:aggregate');

/** How payloads are stored: as JSON, or as Avro binary by the schema of their event. */
export type PayloadEncoding = (typeof PAYLOAD_ENCODINGS)[number];

/** All encodings, the default first. */
export const PAYLOAD_ENCODINGS = ['json', 'avro'] as const;

/** Options of {@link Aggregate}. */
export interface AggregateOptions {
  /**
   * The aggregate's name in the journal and the folder of its schemas: letters, digits, `_`, `-` and `.`.
   *
   * @default the class name in snake_case
   */
  name?: string;
  /**
   * Says that this class is only a base for others: it gets no repository, and its events need no schemas of its own.
   * Not inherited.
   *
   * @default false
   */
  abstract?: boolean;
  /**
   * How the payloads of its events are stored from now on; those that are stored can be read in any case. Under `'avro'`
   * every event needs a schema. Not inherited.
   *
   * @default the module's option `encoding`
   */
  encoding?: PayloadEncoding;
  /**
   * When snapshots of it are taken; `false` for never, also where the module's option `snapshots` says otherwise.
   *
   * @default what the module's option `snapshots` says
   */
  snapshot?: AggregateSnapshotOptions | false;
}

/** Marks a class that extends `AggregateRoot` as an aggregate. */
export function Aggregate(options: AggregateOptions = {}): ClassDecorator {
  return (target) => Reflect.defineMetadata(AGGREGATE, { ...options }, target);
}

/** What `@Aggregate` says of this very class, if anything; base classes do not count. */
export function readAggregateOptions(aggregateClass: object): AggregateOptions | undefined {
  return Reflect.getOwnMetadata(AGGREGATE, aggregateClass) as AggregateOptions | undefined;
}
