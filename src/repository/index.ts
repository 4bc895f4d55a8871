export { AggregateRepository, type LoadOptions } from './aggregate-repository.js';
export * from './repository.errors.js';
