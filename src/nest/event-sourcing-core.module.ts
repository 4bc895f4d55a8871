import { Global, Module, type DynamicModule, type InjectionToken, type Provider } from '@nestjs/common';
import { DiscoveryModule, ModulesContainer } from '@nestjs/core';
import { DomainModel } from '../domain/index.js';
import { SchemaRegistry } from '../schema/index.js';
import { EventStore, MessageContext, type Journal } from '../store/index.js';
import { durableHandlersProviders } from './durable/durable-handlers.providers.js';
import { EventSourcingConfigurationError } from './configuration.error.js';
import type { EventSourcingModuleOptions } from './event-sourcing-options.js';
import {
  getProjectionHealthIndicatorToken,
  projectionHealthProvider,
} from './health/projection-health.provider.js';
import { InProcessModule } from './handlers/in-process.module.js';
import { InProcessPublisher } from './handlers/in-process-publisher.js';
import { StoreLifecycle } from './store-lifecycle.js';
import { storeTokens } from './store-tokens.js';
import { UpcastExplorer } from './upcast.explorer.js';
import { snapshotsProviders } from './snapshots/snapshots.providers.js';
import {
  getEventStoreToken,
  getProjectionManagerToken,
  getSchemaRegistryToken,
  getSnapshotServiceToken,
} from './tokens.js';

/** What an event store is to be built from. */
export interface EventStoreBlueprint {
  readonly dataSource: string;
  readonly imports?: DynamicModule['imports'];
  /** Provides the checked options under `storeTokens.options`, with what they need. */
  readonly options: readonly Provider[];
  /** Provides the journal under `storeTokens.journal`. */
  readonly journal: Provider;
  /** Provides what durable handlers need: `storeTokens.handlerStorage` and `storeTokens.wakeUpCalls`. */
  readonly handlers: readonly Provider[];
  /** Provides where snapshots are kept under `storeTokens.snapshotStorage`. */
  readonly snapshots: Provider;
}

/** Owns one event store and all that belongs to it; global, so that features find it wherever they are. */
@Global()
@Module({})
export class EventSourcingCoreModule {
  static forStore({
    dataSource,
    imports = [],
    options,
    journal,
    handlers,
    snapshots,
  }: EventStoreBlueprint): DynamicModule {
    const tokens = {
      options: storeTokens.options(dataSource),
      model: storeTokens.model(dataSource),
      journal: storeTokens.journal(dataSource),
      schemas: getSchemaRegistryToken(dataSource),
      store: getEventStoreToken(dataSource),
    };
    return {
      module: EventSourcingCoreModule,
      imports: [DiscoveryModule, InProcessModule, ...imports],
      providers: [
        ...options,
        journal,
        ...handlers,
        ...durableHandlersProviders(dataSource),
        snapshots,
        ...snapshotsProviders(dataSource),
        projectionHealthProvider(dataSource),
        UpcastExplorer,
        { provide: tokens.model, useFactory: () => new DomainModel() },
        { provide: tokens.schemas, useFactory: () => new SchemaRegistry() },
        {
          provide: tokens.store,
          useFactory: createStore,
          inject: [
            tokens.options,
            tokens.model,
            tokens.schemas,
            tokens.journal,
            InProcessPublisher,
            MessageContext,
          ],
        },
        {
          provide: storeTokens.lifecycle(dataSource),
          useFactory: (
            moduleOptions: EventSourcingModuleOptions,
            model: DomainModel,
            schemas: SchemaRegistry,
            storage: Journal,
            store: EventStore,
            upcasts: UpcastExplorer,
            modules: ModulesContainer,
          ) => {
            assertOnlyStore(modules, dataSource);
            return new StoreLifecycle(moduleOptions, model, schemas, storage, store, upcasts);
          },
          inject: [
            tokens.options,
            tokens.model,
            tokens.schemas,
            tokens.journal,
            tokens.store,
            UpcastExplorer,
            ModulesContainer,
          ],
        },
      ],
      exports: [
        InProcessModule,
        tokens.model,
        tokens.store,
        tokens.schemas,
        storeTokens.snapshots(dataSource),
        getSnapshotServiceToken(dataSource),
        getProjectionManagerToken(dataSource),
        getProjectionHealthIndicatorToken(dataSource),
      ],
    };
  }
}

function createStore(
  options: EventSourcingModuleOptions,
  model: DomainModel,
  schemas: SchemaRegistry,
  journal: Journal,
  publisher: InProcessPublisher,
  context: MessageContext,
): EventStore {
  return new EventStore({
    model,
    schemas,
    journal,
    publisher,
    context,
    options: {
      validateAlways: (options.schemas?.validate ?? 'always') === 'always',
      addSchemaVersionToEventData: options.addSchemaVersionToEventData ?? false,
      encoding: options.encoding ?? 'json',
    },
  });
}

function assertOnlyStore(modules: ModulesContainer, dataSource: string): void {
  const token: InjectionToken = storeTokens.lifecycle(dataSource);
  const owners = [...modules.values()].filter(({ providers }) => providers.has(token));
  if (owners.length <= 1) return;
  throw new EventSourcingConfigurationError(
    `EventSourcingModule.forRoot is imported ${owners.length} times for the data source "${dataSource}"`,
    'Import it once, in the root module; features use EventSourcingModule.forFeature.',
  );
}
