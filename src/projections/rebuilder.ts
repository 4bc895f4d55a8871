import type { EventFeed } from '../store/index.js';
import type { HandlerDefinition } from './handler-definition.js';
import type { HandlerStorage, HandlerTransaction } from './handler-storage.js';
import { HandlerDefinitionError } from './projections.errors.js';
import { BOOKKEEPING } from './unit-progress.js';

/** An inline projection is caught up when it says so itself. */
export const UNTIL_COMPLETED = { until: 2n ** 63n - 1n, total: 0n };

/** Sends read models back to the first event. */
export class Rebuilder {
  constructor(private readonly parts: { storage: HandlerStorage; feed: EventFeed }) {}

  /**
   * Begins a rebuild; whoever has the unit's lease then does it.
   *
   * @throws HandlerDefinitionError for what cannot be rebuilt; whatever `reset` throws
   */
  async begin(definition: HandlerDefinition): Promise<void> {
    const { storage, feed } = this.parts;
    const { name: handler, kind, version, partitions, types, tables } = definition;
    const instance = definition.handler;
    if (kind === 'subscription') {
      throw new HandlerDefinitionError(
        handler,
        'is a subscription, whose effects must not be repeated',
        'Rebuild projections only.',
      );
    }
    const until = await feed.head();
    const total = await feed.count(types, { upTo: until });
    const registration = { handler, kind, version, position: 0n, until, total };
    if (tables.length > 0) {
      await storage.startBeside({ ...registration, partitions: 1 }, tables);
      return;
    }
    if (!instance.reset) {
      throw new HandlerDefinitionError(
        instance.constructor.name,
        'is to be rebuilt, but nothing says how to empty its read model',
        'Give it a method reset(), or name its tables: @Projection(name, { tables: [Row] }).',
      );
    }
    const over =
      definition.mode === 'inline' ? { ...registration, until: UNTIL_COMPLETED.until } : registration;
    const reset = async (tx: HandlerTransaction): Promise<void> => {
      await tx.join(async () => {
        await instance.reset?.();
      });
    };
    await storage.startOver({ ...over, partitions }, reset, definition.timeout + BOOKKEEPING);
  }
}
