export { HandlerEngine, type EngineOptions, type HandlerEngineParts } from './handler-engine.js';
export type { DurableHandlerOptions, ProjectionOptions, SubscriptionOptions } from './handler-options.js';
export type { HandlerStatus, RebuildProgress } from './handler-status.js';
export { InlineProjections } from './inline-projections.js';
export { Projection, readHandlerMetadata, Subscription } from './projection.decorator.js';
export { HandlerGauges } from './handler-gauges.js';
export { HandlerTelemetry } from './handler-telemetry.js';
export type { HandlingTurn } from './handling-turn.js';
export { ProjectionManager, type ParkedEvent } from './projection-manager.js';
export { readDefinition, type FoundHandler } from './read-definition.js';
export type { Delivery, DurableEventHandler, HandlerDefinition } from './handler-definition.js';
export type {
  CheckpointMove,
  Cluster,
  Course,
  DoneLayer,
  HandlerStorage,
  HandlerTransaction,
  Lease,
  NewSideTrack,
  Registration,
  RunningInstance,
  SideTrack,
  SkippedEvent,
  UnitKey,
  UnitState,
} from './handler-storage.js';
export { NO_EVENT } from './handler-storage.js';
export { divisionOf, type Division } from './division.js';
export { InMemoryHandlerStorage } from './in-memory-handler-storage.js';
export { DEFAULT_RETRY, delayAfter, type RetryPolicy } from './retry-policy.js';
export * from './projections.errors.js';
export * from './handler-transaction.errors.js';
export type { News, WakeUpCalls } from './wake-up-calls.js';
