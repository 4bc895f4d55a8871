import type { DomainEvent } from '../domain/index.js';
import type { InlineHandlers, Transaction } from '../store/index.js';
import { HandlerCall, HandlerFailure } from './handler-call.js';
import type { HandlerDefinition } from './handler-definition.js';
import type { HandlerTelemetry } from './handler-telemetry.js';
import type { HandlerStorage, HandlerTransaction } from './handler-storage.js';
import { SupersededProjectionError } from './projections.errors.js';
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
  ): Promise<void> {
    const work = async (tx: HandlerTransaction): Promise<void> => {
      const stored = await append(tx.transaction);
      for (const definition of this.#definitions) await handle(definition, stored, tx, this.telemetry);
    };
    try {
      const longest = Math.max(...this.#definitions.map(({ timeout }) => timeout));
      if (transaction) await this.storage.within(transaction, work);
      else await this.storage.transaction(work, longest + BOOKKEEPING);
    } catch (error) {
      throw error instanceof HandlerFailure ? error.cause : error;
    }
  }
}

/**
 * One that is being rebuilt, or will be for this version, makes up for it itself.
 *
 * @throws SupersededProjectionError where a higher version is up to date: what is appended here would be missing in it.
 */
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
  const newer = units.find(({ version }) => version > definition.version);
  if (newer) throw new SupersededProjectionError(definition.name, definition.version, newer.version);
  if (units.length === 0 || !isLive) return;
  const deliveries = events.map((event) => ({ eventId: event.eventId, read: () => event }));
  await telemetry.inline(definition, events, () =>
    tx.join(() => new HandlerCall(definition).many(deliveries, NEVER)),
  );
}
