import { streamKey, type FeedEvent } from '../store/index.js';
import { HandlerFailure } from './handler-call.js';
import type { NewSideTrack, SideTrack, UnitKey } from './handler-storage.js';
import { delayAfter, type RetryPolicy } from './retry-policy.js';

/** So that the text of an error cannot fill the database. */
const MAX_TEXT = 20_000;

/** The side tracks of one unit, as its owner knows them. */
export class SideTracks {
  readonly #tracks = new Map<string, SideTrack>();

  /** Takes what the database has. */
  replace(tracks: readonly SideTrack[]): void {
    this.#tracks.clear();
    for (const track of tracks) this.#tracks.set(keyOf(track), track);
  }

  /** Whether an event has to wait behind an earlier one of its aggregate. */
  holds({ record }: FeedEvent): boolean {
    return this.#tracks.size > 0 && this.#tracks.has(keyOf(record));
  }

  /** Whether all aggregates are on the main track. */
  get isEmpty(): boolean {
    return this.#tracks.size === 0;
  }

  /** How many are tried again. */
  get retrying(): number {
    return [...this.#tracks.values()].filter(({ status }) => status === 'retrying').length;
  }

  /** The one that is due, if one is. */
  due(now: number): SideTrack | undefined {
    return this.#byTime().find(({ nextTry }) => nextTry.getTime() <= now);
  }

  /** Milliseconds until the next one is due. */
  wait(now: number): number {
    const [first] = this.#byTime();
    return first ? Math.max(0, first.nextTry.getTime() - now) : Infinity;
  }

  #byTime(): SideTrack[] {
    return [...this.#tracks.values()]
      .filter(({ status }) => status === 'retrying')
      .sort((a, b) => a.nextTry.getTime() - b.nextTry.getTime());
  }
}

function keyOf({ aggregateType, aggregateId }: { aggregateType: string; aggregateId: string }): string {
  return streamKey(aggregateType, aggregateId);
}

/** The side track that an event stands at the head of, whose turn has not come yet. */
export function trackAt(unit: UnitKey, { record }: FeedEvent, now: number): NewSideTrack {
  const { aggregateType, aggregateId, aggregateVersion, position, eventId, eventType } = record;
  return {
    unit,
    aggregateType,
    aggregateId,
    aggregateVersion,
    position,
    eventId,
    eventType,
    status: 'retrying',
    attempts: 0,
    nextTry: new Date(now),
    error: null,
    stack: null,
  };
}

/** The track after a failed try: it is tried again later, or waits for a person. */
export function failedTrack(
  track: NewSideTrack,
  failure: HandlerFailure,
  retry: RetryPolicy,
  now: number,
): NewSideTrack {
  const attempts = track.attempts + 1;
  const { cause } = failure;
  return {
    ...track,
    attempts,
    status: attempts >= retry.attempts ? 'parked' : 'retrying',
    nextTry: new Date(now + delayAfter(attempts, retry)),
    error: storable(failure.message),
    stack: cause instanceof Error && cause.stack !== undefined ? storable(cause.stack) : null,
  };
}

/** PostgreSQL stores neither U+0000 nor half of a surrogate pair. */
function storable(text: string): string {
  return text.slice(0, MAX_TEXT).replaceAll('\0', '\uFFFD').toWellFormed();
}
