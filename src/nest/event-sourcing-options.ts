import type { InjectionToken, ModuleMetadata, OptionalFactoryDependency, Type } from '@nestjs/common';
import type { SchemaOptions } from '../schema/index.js';

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
