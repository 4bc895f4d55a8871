import { isPromise } from 'node:util/types';
import { AggregateRoot } from '../domain/index.js';
import { unkeptProperty, written, type UnkeptValue } from './kept-values.js';
import { SnapshotStateError } from './snapshots.errors.js';
import { encodeState, UnkeptStateError } from './state-encoding.js';

/** What the base classes keep of an aggregate's own: the events that are queued, whether they publish. */
const OWN_OF_BASES = new Set(Object.getOwnPropertySymbols(new (class extends AggregateRoot {})('any')));

/** The text of an aggregate's state. @throws SnapshotStateError, and whatever its `toSnapshot` throws */
export function stateOf(aggregate: AggregateRoot): string {
  const refuse = ({ path, what }: UnkeptValue, cause?: unknown): never => {
    throw new SnapshotStateError(aggregate.constructor.name, aggregate.id, path, what, { cause });
  };
  // eslint-disable-next-line @typescript-eslint/unbound-method
  if (aggregate.toSnapshot === AggregateRoot.prototype.toSnapshot) {
    const unkept = findUnkeptProperty(aggregate);
    if (unkept) refuse(unkept);
  }
  const state = aggregate.toSnapshot();
  // It is refused below; that it fails later is nobody's concern.
  if (isPromise(state)) state.catch(() => undefined);
  try {
    return encodeState(state);
  } catch (error) {
    if (error instanceof UnkeptStateError) refuse(error.unkept);
    return refuse({ path: '', what: `not to be written (${String(error)})` }, error);
  }
}

/** Gives a fresh aggregate its state back. @throws Error of any kind when it does not take it */
export function restoreState(fresh: AggregateRoot, state: unknown): void {
  const answer: unknown = fresh.fromSnapshot(state);
  if (isPromise(answer)) {
    answer.catch(() => undefined);
    throw new TypeError(`${fresh.constructor.name}.fromSnapshot answers a promise, which no load waits for`);
  }
  if (fresh.getUncommittedEvents().length === 0) return;
  throw new TypeError(`${fresh.constructor.name}.fromSnapshot has applied events; it should only assign`);
}

function findUnkeptProperty(aggregate: AggregateRoot): UnkeptValue | undefined {
  for (const key of Reflect.ownKeys(aggregate)) {
    if (key === 'id' || (typeof key === 'symbol' && OWN_OF_BASES.has(key))) continue;
    const unkept = unkeptProperty(aggregate, key, written(key));
    if (unkept) return unkept;
  }
  return undefined;
}
