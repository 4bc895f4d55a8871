export { checkedDataSourceName, checkedOptions } from './checked-options.js';
export { EventSourcingConfigurationError } from './configuration.error.js';
export { EventSourcingCoreModule, type EventStoreBlueprint } from './event-sourcing-core.module.js';
export { EventSourcingExceptionFilter } from './event-sourcing-exception.filter.js';
export { EventSourcingFeatureModule } from './event-sourcing-feature.module.js';
export { EventSourcingModule } from './event-sourcing.module.js';
export type {
  EventSourcingModuleAsyncOptions,
  EventSourcingModuleOptions,
  EventSourcingOptionsFactory,
  EventSourcingOptionsResult,
} from './event-sourcing-options.js';
export {
  getAggregateRepositoryToken,
  getEventStoreToken,
  getSchemaRegistryToken,
  InjectAggregateRepository,
  InjectEventStore,
} from './tokens.js';
export { InProcessPublisher } from './handlers/in-process-publisher.js';
export { storeTokens } from './store-tokens.js';
