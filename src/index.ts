// Module
export {
  EventSourcingConfigurationError,
  EventSourcingModule,
  getAggregateRepositoryToken,
  getEventStoreToken,
  getProjectionManagerToken,
  getSchemaRegistryToken,
  getSnapshotServiceToken,
  InjectAggregateRepository,
  InjectEventStore,
  type EventSourcingModuleAsyncOptions,
  type EventSourcingModuleOptions,
  type ProjectionsOptions,
  type EventSourcingOptionsFactory,
  type EventSourcingOptionsResult,
} from './nest/index.js';

// Events
export {
  DomainEvent,
  EventType,
  type EventClass,
  type EventEnvelope,
  type EventMetadata,
} from './domain/index.js';

// Aggregates
export {
  Aggregate,
  AggregateRoot,
  Apply,
  type AggregateOptions,
  type PayloadEncoding,
  type AggregateSnapshotOptions,
  type AggregateClass,
  type ApplyOptions,
} from './domain/index.js';

// Repository
export {
  AggregateRepository,
  type LoadOptions,
  type Updated,
  type UpdateOptions,
} from './repository/index.js';

// Snapshots
export {
  SnapshotService,
  SnapshotStateError,
  type DeleteSnapshotsOptions,
  type SnapshotsOptions,
  type TakenSnapshots,
  type TakeSnapshotsOptions,
} from './snapshots/index.js';

// Store
export {
  EventStore,
  type AppendAllOptions,
  type AppendOptions,
  type ExpectedVersion,
  type ImportedEvent,
  type ImportItem,
  type ImportItems,
  type ImportOptions,
  type ImportProgress,
  type ImportSource,
  type ReadAllOptions,
  type ReadOptions,
  type Stream,
  type StreamEvents,
  type Transaction,
} from './store/index.js';

// Schemas
export { Upcast, type UpcastMethod, type UpcastOptions } from './domain/index.js';
export {
  SchemaRegistry,
  type CompatibilityMode,
  type EventSchema,
  type SchemaOptions,
  type SchemaProblem,
} from './schema/index.js';

// Durable handlers
export {
  Projection,
  ProjectionManager,
  Subscription,
  type Delivery,
  type DurableEventHandler,
  type DurableHandlerOptions,
  type HandlerStatus,
  type ParkedEvent,
  type ProjectionOptions,
  type RebuildProgress,
  type RetryPolicy,
  type SkippedEvent,
  type SubscriptionOptions,
} from './projections/index.js';

// Health
export {
  getProjectionHealthIndicatorToken,
  ProjectionHealthIndicator,
  type HandlerHealth,
  type ProjectionHealth,
  type ProjectionHealthOptions,
} from './nest/index.js';

// Tables
export {
  EventImport,
  EventJournalEntry,
  EventSchemaEntry,
  EventSnapshot,
  ProjectionCheckpoint,
  ProjectionInstance,
  ProjectionParkedEvent,
  ProjectionSkippedEvent,
  eventSourcingEntities,
  eventSourcingMigrations,
  runMigrationsExclusively,
} from './typeorm/index.js';

// Errors
export {
  AggregateDefinitionError,
  CommitNotSupportedError,
  DuplicateAggregateError,
  DuplicateEventTypeError,
  EventNotStoredError,
  EventSourcingError,
  InvalidArgumentError,
  ReservedPropertyError,
  UnappliedEventError,
  UnknownEventTypeError,
  UnregisteredAggregateError,
  UpcastDefinitionError,
} from './domain/index.js';
export {
  AggregateAlreadyExistsError,
  AggregateNotFoundError,
  NestedUpdateError,
  PastAggregateError,
  UpdateQueueFullError,
} from './repository/index.js';
export { EventSchemaError, ResolutionError, UpcastFailedError } from './schema/index.js';
export {
  AppendQueueFullError,
  ConcurrencyError,
  ConcurrentImportError,
  CorruptEventError,
  DuplicateEventError,
  EventPayloadError,
  ImportedEventError,
  ImportInterruptedError,
  UnreadableVersionError,
  type ConcurrencyFacts,
  type ImportedEventFacts,
} from './store/index.js';
export {
  HandlerDefinitionError,
  HandlerTimeoutError,
  HandlerTransactionControlError,
  HandlerTransactionEndedError,
  LeaseLostError,
  ProjectionTimeoutError,
  SupersededProjectionError,
  UnknownHandlerError,
} from './projections/index.js';
export { InvalidTransactionError, JournalNotReadyError, RebuildRefusedError } from './typeorm/index.js';
export { EventSourcingExceptionFilter } from './nest/index.js';

// What goes with it from @nestjs/cqrs
export {
  Command,
  CommandBus,
  CommandHandler,
  EventBus,
  EventsHandler,
  ofType,
  Query,
  QueryBus,
  QueryHandler,
  Saga,
  UnhandledExceptionBus,
  type ICommand,
  type ICommandHandler,
  type IEvent,
  type IEventHandler,
  type IQuery,
  type IQueryHandler,
} from '@nestjs/cqrs';
