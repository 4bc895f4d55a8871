import type { FeedEvent } from '../store/index.js';
import type { HandlerDefinition } from './handler-definition.js';
import type { UnitState } from './handler-storage.js';

/** When it is that a durable handler gets events. */
export interface HandlingTurn {
  /** 1 for the first try. @default 1 */
  readonly attempt?: number;
  /** Whether a rebuild goes over them, long after they were appended. @default false */
  readonly replay?: boolean;
}

/** Whether a unit that handles these events goes over old ones. */
export function isReplay(
  { course, rebuildUntil }: UnitState,
  { mode }: HandlerDefinition,
  events: readonly FeedEvent[],
): boolean {
  if (course === 'rebuild' || mode === 'inline') return true;
  const [first] = events;
  return rebuildUntil !== null && first !== undefined && first.record.position <= rebuildUntil;
}
