export { checkedDataSourceName, checkedOptions } from './checked-options.js';
export { EventSourcingConfigurationError } from './configuration.error.js';
export { EventSourcingExceptionFilter } from './event-sourcing-exception.filter.js';
export { ProjectionHealthIndicator } from './health/projection-health-indicator.js';
export { getProjectionHealthIndicatorToken } from './health/projection-health.provider.js';
export type { HandlerHealth, ProjectionHealth, ProjectionHealthOptions } from './health/projection-health.js';
export { featureModule } from './feature-module.js';
export { EventSourcingModule } from './event-sourcing.module.js';
export type {
  EventSourcingModuleAsyncOptions,
  EventSourcingModuleOptions,
  ProjectionsOptions,
  EventSourcingOptionsFactory,
  EventSourcingOptionsResult,
} from './event-sourcing-options.js';
export {
  getAggregateRepositoryToken,
  getEventStoreToken,
  getProjectionManagerToken,
  getSchemaRegistryToken,
  getSnapshotServiceToken,
  InjectAggregateRepository,
  InjectEventStore,
} from './tokens.js';
export { rootModule } from './root-module.js';
export { storeTokens } from './store-tokens.js';
