import { attachEnvelope, detachEnvelope, findEnvelope, type DomainEvent } from '../domain/index.js';
import type { EventSchema } from '../schema/index.js';
import { InFlight } from './in-flight.js';
import type { InlineHandlers } from './inline-handlers.js';
import type { AppendResult, Journal, StreamAppend } from './journal.js';
import { RecordEnvelope } from './record-envelope.js';
import type { Transaction } from './transaction.js';
import type { WrittenSchemas } from './written-schemas.js';

/** Brings prepared events into the journal, with what has to happen in the same transaction. */
export class StreamAppender {
  readonly #inFlight = new InFlight();
  /** Ends when the schemas of all appends so far are kept, if they are not. */
  #keeping: Promise<unknown> | undefined;
  #inline: InlineHandlers | undefined;

  constructor(
    private readonly journal: Journal,
    private readonly written: WrittenSchemas,
  ) {}

  /** Has events handled in the transaction of their append from now on. */
  handleInline(handlers: InlineHandlers): void {
    this.#inline = handlers;
  }

  /** Stores events and gives them their envelope. @returns those that were not stored before. */
  async append(
    streams: readonly StreamAppend[],
    events: readonly DomainEvent[],
    transaction?: Transaction,
  ): Promise<readonly DomainEvent[]> {
    const flight = this.#inFlight.begin();
    try {
      const unkept = this.written.unkept(streams);
      if (unkept.length > 0 || this.#keeping) await this.#keep(unkept, transaction);
      const inline = this.#inline;
      if (inline?.want(typesOf(streams)))
        return await this.#appendInline(inline, streams, events, transaction);
      return attach(events, await this.journal.append(streams, transaction));
    } finally {
      this.#inFlight.end(flight);
    }
  }

  /** Resolves when the appends that are on their way now have been answered. */
  async settled(): Promise<void> {
    await this.#inFlight.settled();
  }

  /** No append overtakes an earlier one that has schemas to keep: those to one stream stay in order. */
  async #keep(schemas: readonly EventSchema[], transaction: Transaction | undefined): Promise<void> {
    // A transaction may hold the connection that others wait for.
    if (transaction && schemas.length === 0) return;
    const keeping = schemas.length > 0 && this.written.keep(schemas, { apart: transaction !== undefined });
    if (!transaction) {
      const turn = Promise.allSettled([this.#keeping, keeping]);
      this.#keeping = turn;
      await turn;
      if (this.#keeping === turn) this.#keeping = undefined;
    }
    await keeping;
  }

  async #appendInline(
    inline: InlineHandlers,
    streams: readonly StreamAppend[],
    events: readonly DomainEvent[],
    transaction?: Transaction,
  ): Promise<readonly DomainEvent[]> {
    let fresh: readonly DomainEvent[] = [];
    const appendIn = async (within: Transaction | undefined): Promise<readonly DomainEvent[]> => {
      const result = await this.journal.append(streams, within);
      fresh = attach(events, result);
      // Those that were there before have been handled then, whether this process was told or not.
      return result.repeated ? [] : fresh;
    };
    try {
      await inline.append(appendIn, transaction);
      return fresh;
    } catch (error) {
      fresh.forEach(detachEnvelope);
      throw error;
    }
  }
}

/** Gives stored events their envelope. @returns those that were not stored before */
function attach(events: readonly DomainEvent[], { records }: AppendResult): readonly DomainEvent[] {
  // Asked only now: of two appends of the same events at once, one publishes them.
  const fresh = events.filter((event) => !findEnvelope(event));
  records.forEach((record, index) => attachEnvelope(events[index]!, new RecordEnvelope(record)));
  return fresh;
}

function typesOf(streams: readonly StreamAppend[]): Set<string> {
  return new Set(streams.flatMap(({ records }) => records.map(({ eventType }) => eventType)));
}
