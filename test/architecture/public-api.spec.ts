import * as nestevents from 'nestevents';
import * as testing from 'nestevents/testing';
import ts from 'typescript';
import { ENTRY_POINTS, PublicFace } from './public-face.js';

// What programs can rely on. To remove a name from here, or to rename it, is a breaking change.

const NESTEVENTS = `
  Aggregate AggregateAlreadyExistsError AggregateDefinitionError AggregateNotFoundError AggregateRepository
  AggregateRoot AppendQueueFullError Apply Command CommandBus CommandHandler CommitNotSupportedError ConcurrencyError
  ConcurrentImportError CorruptEventError
  DomainEvent DuplicateAggregateError DuplicateEventError DuplicateEventTypeError EventBus EventImport EventJournalEntry
  EventNotStoredError EventPayloadError EventSchemaEntry EventSchemaError EventSnapshot EventSourcingConfigurationError
  EventSourcingError EventSourcingExceptionFilter EventSourcingModule EventStore EventType EventsHandler
  HandlerDefinitionError HandlerTimeoutError HandlerTransactionControlError HandlerTransactionEndedError
  ImportInterruptedError ImportedEventError InjectAggregateRepository InjectEventStore InvalidArgumentError
  InvalidTransactionError JournalNotReadyError
  LeaseLostError NestedUpdateError PastAggregateError Projection ProjectionCheckpoint ProjectionHealthIndicator ProjectionInstance
  ProjectionManager ProjectionParkedEvent ProjectionSkippedEvent ProjectionTimeoutError Query QueryBus
  QueryHandler RebuildRefusedError ReservedPropertyError ResolutionError Saga SchemaRegistry SnapshotService SnapshotStateError Subscription
  SupersededProjectionError UnappliedEventError UnhandledExceptionBus UnknownEventTypeError UnknownHandlerError UnreadableVersionError
  UnregisteredAggregateError Upcast UpcastDefinitionError UpcastFailedError UpdateQueueFullError eventSourcingEntities
  eventSourcingMigrations getAggregateRepositoryToken getEventStoreToken getProjectionHealthIndicatorToken
  getProjectionManagerToken getSchemaRegistryToken getSnapshotServiceToken ofType runMigrationsExclusively
`;

const NESTEVENTS_TYPES = `
  AggregateClass AggregateOptions AggregateSnapshotOptions AppendAllOptions AppendOptions ApplyOptions CompatibilityMode ConcurrencyFacts
  DeleteSnapshotsOptions Delivery DurableEventHandler DurableHandlerOptions EventClass EventEnvelope EventMetadata EventSchema
  EventSourcingModuleAsyncOptions EventSourcingModuleOptions EventSourcingOptionsFactory
  EventSourcingOptionsResult ExpectedVersion HandlerHealth HandlerStatus ICommand ICommandHandler IEvent
  IEventHandler IQuery IQueryHandler ImportItem ImportItems ImportOptions ImportProgress ImportSource ImportedEvent
  ImportedEventFacts LoadOptions ParkedEvent PayloadEncoding ProjectionHealth ProjectionHealthOptions
  ProjectionOptions ProjectionsOptions ReadAllOptions ReadOptions RebuildProgress RetryPolicy SchemaOptions
  SchemaProblem SkippedEvent SnapshotsOptions Stream StreamEvents SubscriptionOptions TakeSnapshotsOptions TakenSnapshots Transaction UpcastMethod UpcastOptions
  UpdateOptions Updated
`;

const TESTING = `AggregateScenario EventSourcingTestingModule ScenarioOutcome given`;

const TESTING_TYPES = `EventSourcingTestingOptions ExpectedError ScenarioOptions`;

const words = (text: string) => text.trim().split(/\s+/);

describe('the public API', () => {
  const face = new PublicFace();
  const entries = Object.keys(ENTRY_POINTS) as (keyof typeof ENTRY_POINTS)[];

  it('has exactly these names at run time', () => {
    expect(Object.keys(nestevents).sort()).toEqual(words(NESTEVENTS));
    expect(Object.keys(testing).sort()).toEqual(words(TESTING));
  });

  it('has exactly these types', () => {
    const types = (entry: keyof typeof ENTRY_POINTS) =>
      face
        .names(entry)
        .filter(({ runtime }) => !runtime)
        .map(({ name }) => name);
    expect(types('nestevents')).toEqual(words(NESTEVENTS_TYPES));
    expect(types('nestevents/testing')).toEqual(words(TESTING_TYPES));
  });

  it.each(entries)('of %s consists of named exports', (entry) => {
    const others = face.source(entry).statements.filter((statement) => {
      const named = ts.isExportDeclaration(statement) && statement.exportClause;
      return !(named && ts.isNamedExports(named) && statement.moduleSpecifier);
    });
    expect(others.map((statement) => statement.getText())).toEqual([]);
  });

  it.each(entries)('of %s has a doc comment on every name', (entry) => {
    const own = face.names(entry).filter((each) => each.own);
    const bare = own.filter(({ symbol }) => symbol.getDocumentationComment(face.checker).length === 0);
    expect(own.length).toBeGreaterThan(5);
    expect(bare.map(({ name }) => name)).toEqual([]);
  });

  it('has a doc comment on every option', () => {
    // The ways to make asynchronous options are explained together, on their interface.
    const options = entries
      .flatMap((entry) => face.names(entry))
      .filter(({ name }) => /(?<!Async)Options$/.test(name));
    const bare = options.flatMap(({ name, symbol }) =>
      face.checker
        .getDeclaredTypeOfSymbol(symbol)
        .getProperties()
        .filter(({ declarations = [] }) => declarations.some((each) => ts.isPropertySignature(each)))
        .filter((property) => property.getDocumentationComment(face.checker).length === 0)
        .filter((property) => property.getJsDocTags(face.checker).length === 0)
        .map((property) => `${name}.${property.name}`),
    );
    expect(bare).toEqual([]);
  });
});
