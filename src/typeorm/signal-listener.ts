import { setTimeout as sleep } from 'node:timers/promises';
import { destroy, within, type SignalClient } from './signal-client.js';

/** How long a connection may take to be made, or to answer, in milliseconds. */
const DEADLINE = 5_000;
/** How often the connection is made to show that it lives, in milliseconds. */
const CHECK_INTERVAL = 5_000;
const FIRST_DELAY = 100;
const LONGEST_DELAY = 10_000;
/** How long closing waits for a connection to say goodbye, and for everything together, in milliseconds. */
const GOODBYE = 500;
const PATIENCE = 900;

/** How a listener gets its connection and what it does with what it hears. */
export interface SignalListenerParts {
  open(): SignalClient;
  /** Names the channel that a connection is to listen on: letters, digits and underscores. */
  channel(client: SignalClient): Promise<string>;
  onNotification(payload: string | undefined): void;
  /** There was no connection for a while; signals may have been missed. */
  onGap(): void;
}

/** Keeps one connection that listens, and makes a new one when it breaks. */
export class SignalListener {
  /** Resolves when the first attempt to connect has come to something. */
  readonly tried: Promise<void>;
  readonly #parts: SignalListenerParts;
  readonly #closing = new AbortController();
  readonly #running: Promise<void>;
  /** What ends a connection: kindly where it listens, at once where it is being made. */
  #hangUp: (() => void) | undefined;
  #gap = false;

  constructor(parts: SignalListenerParts) {
    this.#parts = parts;
    let tried!: () => void;
    this.tried = new Promise((resolve) => (tried = resolve));
    this.#running = this.#run(tried);
  }

  /** Ends the connection, or the attempt to make one, within a second. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#hangUp?.();
    await Promise.race([this.#running, sleep(PATIENCE, undefined, { ref: false })]);
  }

  async #run(tried: () => void): Promise<void> {
    const { signal } = this.#closing;
    for (let failures = 0; !signal.aborted; failures += 1) {
      if (failures > 0) await sleep(delayAfter(failures), undefined, { signal }).catch(() => undefined);
      if (signal.aborted) break;
      try {
        await this.#connected(async (client) => {
          await this.#listen(client);
          failures = 0;
          tried();
          if (this.#gap) this.#parts.onGap();
        });
      } catch {
        // Broken, refused or closed: without a connection polling has to do.
      }
      this.#gap = true;
      tried();
    }
  }

  /** Makes a connection, and returns when it is broken. */
  async #connected(onOpen: (client: SignalClient) => Promise<void>): Promise<void> {
    const client = this.#parts.open();
    const lost = new AbortController();
    client.on('error', () => lost.abort());
    client.on('end', () => lost.abort());
    this.#hangUp = () => destroy(client);
    try {
      await within(client, DEADLINE, client.connect());
      await within(client, DEADLINE, onOpen(client));
      this.#hangUp = () => lost.abort();
      for (;;) {
        await sleep(CHECK_INTERVAL, undefined, { signal: lost.signal });
        await within(client, DEADLINE, client.query('select 1'));
      }
    } finally {
      this.#hangUp = undefined;
      await Promise.race([client.end(), sleep(GOODBYE, undefined, { ref: false })]).catch(() => undefined);
      destroy(client);
    }
  }

  async #listen(client: SignalClient): Promise<void> {
    const channel = await this.#parts.channel(client);
    client.on('notification', (message) => {
      if (message.channel === channel) this.#parts.onNotification(message.payload);
    });
    await client.query(`listen ${channel}`);
  }
}

function delayAfter(failures: number): number {
  return Math.min(FIRST_DELAY * 2 ** (failures - 1), LONGEST_DELAY);
}
