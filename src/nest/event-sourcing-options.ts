import type { InjectionToken, ModuleMetadata, OptionalFactoryDependency, Type } from '@nestjs/common';
import type { PayloadEncoding } from '../domain/index.js';
import type { SchemaOptions } from '../schema/index.js';
import type { SnapshotsOptions } from '../snapshots/index.js';

/** Options of `EventSourcingModule.forRoot`. */
export interface EventSourcingModuleOptions {
  /**
   * The name of the TypeORM data source that holds the journal; an application can have a store on each.
   *
   * @default 'default'
   */
  dataSource?: string;
  /**
   * Where the Avro schemas of the events are and how strictly they are used. Without it events are not validated and
   * stored without `event_version`.
   *
   * @default undefined
   */
  schemas?: SchemaOptions;
  /**
   * Whether the version of the schema is also put into the stored payload, as `schema_version`, unless the event has
   * a property of that name.
   *
   * @default false
   */
  addSchemaVersionToEventData?: boolean;
  /**
   * How payloads are stored from now on, where `@Aggregate` does not say so: as JSON, or in Avro by the schema of their
   * event, which takes less room and is read faster. What is stored can be read in any case. Under `'avro'` every event
   * needs a schema.
   *
   * @default 'json'
   */
  encoding?: PayloadEncoding;
  /**
   * How many appends of this instance may wait for the database, those on their way included; any more are refused with
   * `AppendQueueFullError`. Appends in transactions of the caller do not count.
   *
   * @default 10_000
   */
  appendQueueLimit?: number;
  /** How projections and subscriptions run in this instance. @default all defaults */
  projections?: ProjectionsOptions;
  /**
   * How often snapshots are taken of aggregates that do not say it themselves, in `@Aggregate`.
   *
   * @default no snapshots of them
   */
  snapshots?: SnapshotsOptions;
}

/** How durable handlers run in an instance; times are in milliseconds. */
export interface ProjectionsOptions {
  /** `false` lets other instances do the work; this one can still show and steer it. @default true */
  enabled?: boolean;
  /** How long others wait before they take over from an instance that is not heard of any more. @default 4_000 */
  leaseFor?: number;
  /** How often handlers look for events that nobody told them of. @default 1_000 */
  pollInterval?: number;
  /** How long a shutdown waits for what handlers are doing before it is cut off. @default 10_000 */
  drainTimeout?: number;
}

/** What an asynchronous configuration comes to; the data source is named beside it. */
export type EventSourcingOptionsResult = Omit<EventSourcingModuleOptions, 'dataSource'> & {
  dataSource?: string;
};

/** A provider of options, for `useClass` and `useExisting`. */
export interface EventSourcingOptionsFactory {
  createEventSourcingOptions(): EventSourcingOptionsResult | Promise<EventSourcingOptionsResult>;
}

/** Options of `EventSourcingModule.forRootAsync`: exactly one of `useFactory`, `useClass` and `useExisting`. */
export interface EventSourcingModuleAsyncOptions extends Pick<ModuleMetadata, 'imports'> {
  /**
   * The name of the TypeORM data source; it has to be known before the options are.
   *
   * @default 'default'
   */
  dataSource?: string;
  /** Makes the options, of what `inject` names. */
  useFactory?: (...dependencies: never[]) => EventSourcingOptionsResult | Promise<EventSourcingOptionsResult>;
  /** What `useFactory` is called with. @default [] */
  inject?: (InjectionToken | OptionalFactoryDependency)[];
  /** A class that is instantiated to make the options. */
  useClass?: Type<EventSourcingOptionsFactory>;
  /** A provider of one of `imports` that makes the options. */
  useExisting?: Type<EventSourcingOptionsFactory>;
}
