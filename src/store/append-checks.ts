import { DomainEvent, identify, InvalidArgumentError } from '../domain/index.js';
import { DuplicateEventError } from './store.errors.js';
import type { Stream } from './stream.js';

/** @throws InvalidArgumentError for what is no event, as plain JavaScript may pass it. */
export function assertDomainEvent(event: unknown, stream: Stream): asserts event is DomainEvent {
  if (event instanceof DomainEvent) return;
  const got = event === null || event === undefined ? String(event) : `a ${event.constructor?.name}`;
  throw new InvalidArgumentError(
    `${got} was to be appended to ${stream.aggregate.name} ${JSON.stringify(stream.id)}`,
    'Append instances of classes that extend DomainEvent.',
  );
}

/** Notes that a stream was named. @throws InvalidArgumentError when it was before. */
export function assertUnseen(stream: string, seen: Set<string>): void {
  if (seen.has(stream)) {
    throw new InvalidArgumentError(
      `appendAll was given the stream ${stream} twice`,
      'Put its events into one entry.',
    );
  }
  seen.add(stream);
}

/** @throws InvalidArgumentError for `null`, which may be a transaction that somebody expected to be there. */
export function assertTransaction(transaction: unknown): void {
  if (transaction !== null) return;
  throw new InvalidArgumentError('The transaction is null', 'Leave it out to append outside of one.');
}

/** @throws DuplicateEventError when an instance is there more than once. */
export function assertDistinct(events: readonly DomainEvent[]): void {
  if (events.length < 2) return;
  const seen = new Set<string>();
  const twice = events.map(identify).filter((id) => {
    if (seen.has(id)) return true;
    seen.add(id);
    return false;
  });
  if (twice.length > 0) throw new DuplicateEventError(twice);
}
