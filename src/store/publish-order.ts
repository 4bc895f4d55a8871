import type { DomainEvent } from '../domain/index.js';
import { inThisTrace } from './trace-context.js';

/** An append that is on its way. */
export interface AppendInFlight {
  /** Each once. */
  readonly streams: readonly string[];
}

interface Held {
  readonly version: number;
  /** Appends to the same stream that may have stored earlier versions. */
  readonly waitFor: Set<AppendInFlight>;
  readonly publish: () => void;
}

interface StreamState {
  readonly inFlight: Set<AppendInFlight>;
  held: Held[];
}

/**
 * Lets the events of each stream be published in the order of their versions, also when the answers of appends that
 * this process makes at the same time come in another.
 *
 * Of an append that is answered, only those that were in flight then can have stored earlier versions: later ones
 * come after it. So nothing is held longer than they take.
 */
export class PublishOrder {
  readonly #streams = new Map<string, StreamState>();

  /** An append is sent, to each of these streams once. It has to come to {@link end}. */
  begin(streams: readonly string[]): AppendInFlight {
    const append = { streams };
    for (const stream of streams) this.#stream(stream).inFlight.add(append);
    return append;
  }

  /**
   * An append is answered.
   *
   * @param events what it stored anew; none when it was refused.
   * @returns what resolves when all are handled; `undefined` when nothing is to be handled.
   */
  end(
    append: AppendInFlight,
    events: readonly DomainEvent[],
    publish: (events: readonly DomainEvent[]) => Promise<void> | undefined,
  ): Promise<void> | undefined {
    let alone = true;
    for (const stream of append.streams) alone = this.#leave(stream, append) && alone;
    if (alone || events.length === 0) {
      for (const stream of append.streams) this.#release(stream);
      return events.length === 0 ? undefined : publish(events);
    }
    const published = byStream(events).map(
      ([stream, part]) =>
        new Promise<void>((resolve) => {
          const state = this.#stream(stream);
          state.held.push({
            version: part[0]!.aggregateVersion,
            waitFor: new Set(state.inFlight),
            // Another append, in another trace, lets them go.
            publish: inThisTrace(() => resolve(publish(part))),
          });
          state.held.sort((a, b) => a.version - b.version);
        }),
    );
    for (const stream of append.streams) this.#release(stream);
    return Promise.all(published).then(() => undefined);
  }

  /** @returns whether there is no other append to the stream. */
  #leave(stream: string, append: AppendInFlight): boolean {
    const { inFlight, held } = this.#stream(stream);
    inFlight.delete(append);
    for (const { waitFor } of held) waitFor.delete(append);
    return inFlight.size + held.length === 0;
  }

  #release(stream: string): void {
    const state = this.#streams.get(stream);
    if (!state) return;
    while (state.held[0]?.waitFor.size === 0) state.held.shift()!.publish();
    if (state.held.length === 0 && state.inFlight.size === 0) this.#streams.delete(stream);
  }

  #stream(stream: string): StreamState {
    let state = this.#streams.get(stream);
    if (!state) this.#streams.set(stream, (state = { inFlight: new Set(), held: [] }));
    return state;
  }
}

/** Names a stream among all. */
export function streamKey(aggregateType: string, aggregateId: string): string {
  return `${aggregateType} ${aggregateId}`;
}

function byStream(events: readonly DomainEvent[]): [string, DomainEvent[]][] {
  const parts = new Map<string, DomainEvent[]>();
  for (const event of events) {
    const stream = streamKey(event.aggregateType, event.aggregateId);
    const part = parts.get(stream);
    if (part) part.push(event);
    else parts.set(stream, [event]);
  }
  return [...parts];
}
