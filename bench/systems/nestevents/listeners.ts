import { EventsHandler, Projection, Subscription, type IEventHandler } from 'nestevents';
import { ReadingTaken } from './meter.js';

/** Tells when it gets the event that somebody waits for. */
export abstract class Listener implements IEventHandler<ReadingTaken> {
  #meter = '';
  #heard: (() => void) | undefined;

  /** Resolves with the time at which the event of a meter is handled. */
  async hears(meter: string): Promise<number> {
    this.#meter = meter;
    return new Promise((resolve) => (this.#heard = () => resolve(performance.now())));
  }

  handle({ aggregateId }: ReadingTaken): void {
    if (aggregateId === this.#meter) this.#heard?.();
  }
}

/** Within the process, after the commit. */
@EventsHandler(ReadingTaken)
export class InProcessListener extends Listener {}

/** In a transaction with its checkpoint. */
@Projection('listening-projection')
@EventsHandler(ReadingTaken)
export class ProjectionListener extends Listener {}

/** Outside of transactions. */
@Subscription('listening-subscription')
@EventsHandler(ReadingTaken)
export class SubscriptionListener extends Listener {}
