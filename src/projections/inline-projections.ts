import type { DomainEvent } from '../domain/index.js';
import type { InlineHandlers, Transaction } from '../store/index.js';
import { HandlerCall, HandlerFailure } from './handler-call.js';
import type { HandlerDefinition } from './handler-definition.js';
import type { HandlerTelemetry } from './handler-telemetry.js';
import type { HandlerStorage, HandlerTransaction } from './handler-storage.js';
import { BOOKKEEPING } from './unit-progress.js';

/** An append is not cut off. */
const NEVER = new AbortController().signal;

/** Runs the inline projections of a store in the transactions of its appends. */
export class InlineProjections implements InlineHandlers {
  readonly #definitions: readonly HandlerDefinition[];

  constructor(
    definitions: readonly HandlerDefinition[],
    private readonly storage: HandlerStorage,
    private readonly telemetry: HandlerTelemetry,
  ) {
    this.#definitions = definitions.filter(({ mode }) => mode === 'inline');
  }

  want(eventTypes: Iterable<string>): boolean {
    const stored = new Set(eventTypes);
    return this.#definitions.some(({ types }) => types.some((type) => stored.has(type)));
  }

  async append(
    append: (transaction: Transaction | undefined) => Promise<readonly DomainEvent[]>,
    transaction: Transaction | undefined,
  ): Promise<readonly DomainEvent[]> {
    const work = async (tx: HandlerTransaction): Promise<readonly DomainEvent[]> => {
      const stored = await append(tx.transaction);
      for (const definition of this.#definitions) await handle(definition, stored, tx, this.telemetry);
      return stored;
    };
    try {
      if (transaction) return await this.storage.within(transaction, work);
      const longest = Math.max(...this.#definitions.map(({ timeout }) => timeout));
      return await this.storage.transaction(work, longest + BOOKKEEPING);
    } catch (error) {
      throw error instanceof HandlerFailure ? error.cause : error;
    }
  }
}

/** One that is being rebuilt, or has another version in the database, makes up for it itself. */
async function handle(
  definition: HandlerDefinition,
  stored: readonly DomainEvent[],
  tx: HandlerTransaction,
  telemetry: HandlerTelemetry,
): Promise<void> {
  const events = stored.filter(({ eventType }) => definition.types.includes(eventType));
  if (events.length === 0) return;
  const units = await tx.share(definition.name);
  const isLive = units.every(
    ({ version, rebuildUntil }) => version === definition.version && rebuildUntil === null,
  );
  if (units.length === 0 || !isLive) return;
  const deliveries = events.map((event) => ({ eventId: event.eventId, read: async () => event }));
  await telemetry.inline(definition, events, () =>
    tx.join(() => new HandlerCall(definition).many(deliveries, NEVER)),
  );
}
