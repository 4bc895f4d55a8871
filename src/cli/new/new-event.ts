import { eventTypeName, NAME_PATTERN } from '../../domain/index.js';
import type { SchemaDirectory } from '../../schema/index.js';
import { quote } from '../terminal-text.js';

const PLAIN_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,199}$/;

/** The event that a schema is for. */
export interface NamedEvent {
  readonly aggregateType: string;
  readonly eventType: string;
}

/**
 * Works out the event type as the application does: `TodoCreated`, `Created` and `todo_created` of the aggregate
 * `todo` are all `todo_created`. A type that has files already is meant as it stands.
 *
 * @returns what is wrong with the names, if something is.
 */
export function nameEvent(
  aggregate: string,
  event: string,
  { files }: SchemaDirectory,
): NamedEvent | { faults: string[] } {
  const faults: string[] = [];
  if (!NAME_PATTERN.test(aggregate)) {
    faults.push(
      `${quote(aggregate)} cannot be the name of an aggregate; use up to 200 letters, digits, "_", "-" and ".", ` +
        `and begin with a letter, a digit or "_".`,
    );
  }
  const isThere = files.some(({ folder, event: each }) => folder === aggregate && each?.eventType === event);
  if (isThere && NAME_PATTERN.test(event)) return { aggregateType: aggregate, eventType: event };
  const eventType = PLAIN_NAME.test(event) ? eventTypeName({ name: event }, aggregate) : '';
  if (!NAME_PATTERN.test(eventType)) {
    faults.push(
      `${quote(event)} cannot be the name of an event; use letters, digits and "_", such as TodoCreated or ` +
        `todo_created, up to 200 with the name of the aggregate.`,
    );
  }
  return faults.length > 0 ? { faults } : { aggregateType: aggregate, eventType };
}

/** The name of a type after words joined by `_`, each with a capital: `todo_created` is `TodoCreated`. */
export function typeName(words: string): string {
  const name = words
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
  return /^[A-Za-z]/.test(name) ? name : `_${name}`;
}
