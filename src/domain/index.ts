export { EventSourcingError } from './event-sourcing-error.js';
export { DomainEvent, reviveEvent, type EventClass } from './domain-event.js';
export {
  attachEnvelope,
  detachEnvelope,
  ENVELOPE_PROPERTIES,
  findEnvelope,
  identify,
  isStored,
  type EventEnvelope,
  type EventMetadata,
} from './event-envelope.js';
export { eventAliases, EventType } from './event-type.decorator.js';
export {
  Aggregate,
  PAYLOAD_ENCODINGS,
  type AggregateOptions,
  type PayloadEncoding,
} from './aggregate.decorator.js';
export type { AggregateSnapshotOptions } from './aggregate-snapshot-options.js';
export { constructAggregate } from './aggregate-construction.js';
export { Apply } from './apply.decorator.js';
export {
  AggregateRoot,
  isPast,
  markPast,
  markStored,
  markUnstored,
  type AggregateClass,
  type ApplyOptions,
} from './aggregate-root.js';
export { assertAggregateId } from './aggregate-id.js';
export { findApplier, readAggregateDefinition, type AggregateDefinition } from './aggregate-definition.js';
export { DomainModel, type RegisteredAggregate, type RegisteredEvent } from './domain-model.js';
export { lineage, type AnyClass } from './lineage.js';
export { eventTypeName, NAME_PATTERN } from './naming.js';
export { refuseReserved } from './reserved-properties.js';
export * from './aggregate.errors.js';
export { Upcast, type UpcastMethod, type UpcastOptions } from './upcast.decorator.js';
export { readUpcasts, type UpcastStep } from './upcast-step.js';
export * from './event.errors.js';
export * from './upcast.errors.js';
