import type { DataSource } from 'typeorm';
import type { News } from '../projections/index.js';
import { journalTable, type EventTable } from './event-tables.js';
import { PreparedSql } from './prepared-sql.js';
import { signalClient, type SignalClient } from './signal-client.js';
import { SignalListener } from './signal-listener.js';
import { SignalSender } from './signal-sender.js';

/** The channel of a journal: one for each table, whatever it is called, so that stores in one database do not wake each other. */
const CHANNEL = `'nestevents_' || $1::regclass::oid::text`;

/**
 * Tells all processes that there is something new in the journal or with its handlers, and hears it from them.
 *
 * It promises nothing: signals are merged, and get lost with a connection, or behind a pooler that gives a connection
 * away after each transaction. Whoever follows the journal has to poll as well.
 */
export class JournalSignal {
  readonly #dataSource: DataSource;
  readonly #table: EventTable;
  readonly #origin = globalThis.crypto.randomUUID();
  readonly #senders: Readonly<Record<News, SignalSender>>;
  readonly #listening = new Map<SignalListener, (news: News) => void>();

  constructor(dataSource: DataSource) {
    this.#dataSource = dataSource;
    this.#table = journalTable(dataSource);
    const prepared = new PreparedSql(dataSource);
    const sender = (news: News): SignalSender =>
      new SignalSender(() =>
        prepared.query(`select pg_notify(${CHANNEL}, $2)`, [this.#table.path, `${this.#origin} ${news}`]),
      );
    this.#senders = { events: sender('events'), handlers: sender('handlers') };
  }

  /** How many signals to other processes could not be sent. */
  get failures(): number {
    return this.#senders.events.failures + this.#senders.handlers.failures;
  }

  /**
   * Says that there is something new: at once to those who listen here, soon to other processes. It never throws.
   *
   * Call it after the commit: in a transaction it would make commits wait for each other.
   */
  notify(news: News = 'events'): void {
    for (const onSignal of this.#listening.values()) onSignal(news);
    this.#senders[news].ask();
  }

  /**
   * Hears signals, on a connection of its own beside the pool, which is made anew when it breaks.
   *
   * @param onSignal must not throw; it is called without a signal too, with `'handlers'`, when some may have been missed.
   * @returns when the first attempt to connect is over, whatever came of it: what ends the connection, within a second.
   */
  async listen(onSignal: (news: News) => void): Promise<() => Promise<void>> {
    const listener = new SignalListener({
      open: () => signalClient(this.#dataSource),
      channel: (client) => this.#channel(client),
      onNotification: (payload = '') => {
        const [origin, news] = payload.split(' ');
        if (origin !== this.#origin) onSignal(news === 'handlers' ? news : 'events');
      },
      onGap: () => onSignal('handlers'),
    });
    this.#listening.set(listener, onSignal);
    await listener.tried;
    return () => this.#close(listener);
  }

  /** Ends all connections that listen, also those still being made, and sends what is yet to be sent. */
  async close(): Promise<void> {
    await Promise.all([
      ...Object.values(this.#senders).map((sender) => sender.close()),
      ...[...this.#listening.keys()].map((listener) => this.#close(listener)),
    ]);
  }

  async #close(listener: SignalListener): Promise<void> {
    this.#listening.delete(listener);
    await listener.close();
  }

  async #channel(client: SignalClient): Promise<string> {
    const { rows } = await client.query(`select ${CHANNEL} as channel`, [this.#table.path]);
    return (rows[0] as { channel: string }).channel;
  }
}
