export { AggregateRepository, type LoadOptions } from './aggregate-repository.js';
export { outsideUpdates, type Updated, type UpdateOptions } from './aggregate-updates.js';
export * from './repository.errors.js';
