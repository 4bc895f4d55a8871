import { snakeCase } from 'change-case';
import { readEventType } from './event-type.decorator.js';

/** What names of aggregates and events may consist of: they become file names and database values. */
export const NAME_PATTERN = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,199}$/;

/** The name of an aggregate class that gives none itself: `BankAccount` is `bank_account`. */
export function defaultAggregateName(className: string): string {
  return snakeCase(className);
}

/**
 * The type under which an aggregate stores a class of events: what `@EventType` says, else the class name in
 * snake_case, prefixed by the aggregate's name where it is not already.
 */
export function eventTypeName(eventClass: { readonly name: string }, aggregateName: string): string {
  const explicit = readEventType(eventClass);
  if (explicit) return explicit.type;
  const name = snakeCase(eventClass.name);
  const prefix = `${snakeCase(aggregateName)}_`;
  return name.startsWith(prefix) ? name : prefix + name;
}
