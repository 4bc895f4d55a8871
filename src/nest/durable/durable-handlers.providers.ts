import type { Provider } from '@nestjs/common';
import type { DomainModel } from '../../domain/index.js';
import type { HandlerStorage, WakeUpCalls } from '../../projections/index.js';
import { MessageContext, type EventStore } from '../../store/index.js';
import type { EventSourcingModuleOptions } from '../event-sourcing-options.js';
import { storeTokens } from '../store-tokens.js';
import { getEventStoreToken, getProjectionManagerToken } from '../tokens.js';
import { DurableHandlerExplorer } from './durable-handler.explorer.js';
import { DurableHandlers } from './durable-handlers.js';

/** The durable handlers that follow the store of a data source, and their manager. */
export function durableHandlersProviders(dataSource: string): Provider[] {
  return [
    DurableHandlerExplorer,
    {
      provide: storeTokens.durableHandlers(dataSource),
      useFactory: (
        options: EventSourcingModuleOptions,
        model: DomainModel,
        store: EventStore,
        storage: HandlerStorage,
        calls: WakeUpCalls,
        context: MessageContext,
        explorer: DurableHandlerExplorer,
      ) => {
        const handlers = new DurableHandlers({
          dataSource,
          options: options.projections ?? {},
          model,
          store,
          storage,
          calls,
          context,
          explorer,
        });
        store.onStored(() => handlers.stored());
        return handlers;
      },
      inject: [
        storeTokens.options(dataSource),
        storeTokens.model(dataSource),
        getEventStoreToken(dataSource),
        storeTokens.handlerStorage(dataSource),
        storeTokens.wakeUpCalls(dataSource),
        MessageContext,
        DurableHandlerExplorer,
      ],
    },
    {
      provide: getProjectionManagerToken(dataSource),
      useFactory: ({ manager }: DurableHandlers) => manager,
      inject: [storeTokens.durableHandlers(dataSource)],
    },
  ];
}
