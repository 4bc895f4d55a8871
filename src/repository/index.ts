export { AggregateRepository, type LoadOptions } from './aggregate-repository.js';
export type { Updated, UpdateOptions } from './aggregate-updates.js';
export * from './repository.errors.js';
