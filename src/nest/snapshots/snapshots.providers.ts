import { Logger, type Provider } from '@nestjs/common';
import type { DomainModel } from '../../domain/index.js';
import type { SchemaRegistry } from '../../schema/index.js';
import { Snapshots, SnapshotService, type SnapshotStorage } from '../../snapshots/index.js';
import type { EventStore } from '../../store/index.js';
import { inspect } from 'node:util';
import type { EventSourcingModuleOptions } from '../event-sourcing-options.js';
import { storeTokens } from '../store-tokens.js';
import { getEventStoreToken, getSchemaRegistryToken, getSnapshotServiceToken } from '../tokens.js';
import { SnapshotsLifecycle } from './snapshots-lifecycle.js';

/** The snapshots of the store of a data source, and the service that takes and deletes them on demand. */
export function snapshotsProviders(dataSource: string): Provider[] {
  return [
    {
      provide: storeTokens.snapshots(dataSource),
      useFactory: createSnapshots,
      inject: [
        storeTokens.options(dataSource),
        storeTokens.model(dataSource),
        getSchemaRegistryToken(dataSource),
        getEventStoreToken(dataSource),
        storeTokens.snapshotStorage(dataSource),
      ],
    },
    {
      provide: getSnapshotServiceToken(dataSource),
      useFactory: (snapshots: Snapshots) => new SnapshotService(snapshots),
      inject: [storeTokens.snapshots(dataSource)],
    },
    {
      provide: storeTokens.snapshotsLifecycle(dataSource),
      useFactory: (snapshots: Snapshots, service: SnapshotService) =>
        new SnapshotsLifecycle(snapshots, service),
      inject: [storeTokens.snapshots(dataSource), getSnapshotServiceToken(dataSource)],
    },
  ];
}

function createSnapshots(
  options: EventSourcingModuleOptions,
  model: DomainModel,
  schemas: SchemaRegistry,
  store: EventStore,
  storage: SnapshotStorage,
): Snapshots {
  const logger = new Logger('Snapshots');
  return new Snapshots({
    options: options.snapshots ?? {},
    model,
    schemas,
    store,
    storage,
    report: (message, error) => logger.error(message, error instanceof Error ? error.stack : inspect(error)),
  });
}
