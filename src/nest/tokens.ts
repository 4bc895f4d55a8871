import { Inject, type InjectionToken } from '@nestjs/common';
import { readAggregateDefinition, type AggregateClass } from '../domain/index.js';
import { ProjectionManager } from '../projections/index.js';
import { SchemaRegistry } from '../schema/index.js';
import { SnapshotService } from '../snapshots/index.js';
import { EventStore } from '../store/index.js';
import { EventSourcingConfigurationError } from './configuration.error.js';

/** The name of the data source that is used where none is named. */
export const DEFAULT_DATA_SOURCE = 'default';

/** The token of the event store on a data source; the class itself for the default one. */
export function getEventStoreToken(dataSource: string = DEFAULT_DATA_SOURCE): InjectionToken {
  return dataSource === DEFAULT_DATA_SOURCE ? EventStore : `${dataSource}EventStore`;
}

/** The token of the schema registry of a data source's event store; the class itself for the default one. */
export function getSchemaRegistryToken(dataSource: string = DEFAULT_DATA_SOURCE): InjectionToken {
  return dataSource === DEFAULT_DATA_SOURCE ? SchemaRegistry : `${dataSource}SchemaRegistry`;
}

/** The token of what shows and steers the durable handlers of a data source; the class itself for the default one. */
export function getProjectionManagerToken(dataSource: string = DEFAULT_DATA_SOURCE): InjectionToken {
  return dataSource === DEFAULT_DATA_SOURCE ? ProjectionManager : `${dataSource}ProjectionManager`;
}

/** The token of what takes and deletes the snapshots of a data source; the class itself for the default one. */
export function getSnapshotServiceToken(dataSource: string = DEFAULT_DATA_SOURCE): InjectionToken {
  return dataSource === DEFAULT_DATA_SOURCE ? SnapshotService : `${dataSource}SnapshotService`;
}

/**
 * The token of an aggregate's repository, for tests and factories.
 *
 * @throws EventSourcingConfigurationError when the class is undefined, as with circular imports.
 */
export function getAggregateRepositoryToken(
  aggregateClass: AggregateClass,
  dataSource: string = DEFAULT_DATA_SOURCE,
): InjectionToken {
  if (aggregateClass === undefined || aggregateClass === null) {
    throw new EventSourcingConfigurationError(
      `The repository of ${String(aggregateClass)} was asked for`,
      'Most likely two files import each other: move the aggregate into a file of its own.',
    );
  }
  const prefix = dataSource === DEFAULT_DATA_SOURCE ? '' : `${dataSource}_`;
  return `${prefix}AggregateRepository<${readAggregateDefinition(aggregateClass).name}>`;
}

/** Injects the `AggregateRepository` of an aggregate that is registered with `EventSourcingModule.forFeature`. */
export function InjectAggregateRepository(
  aggregateClass: AggregateClass,
  dataSource: string = DEFAULT_DATA_SOURCE,
): PropertyDecorator & ParameterDecorator {
  return Inject(getAggregateRepositoryToken(aggregateClass, dataSource));
}

/** Injects the `EventStore` on a named data source; for the default one, the type alone is enough. */
export function InjectEventStore(
  dataSource: string = DEFAULT_DATA_SOURCE,
): PropertyDecorator & ParameterDecorator {
  return Inject(getEventStoreToken(dataSource));
}
