import { EventsHandler, Projection, Subscription, type IEventHandler } from 'nestevents';
import { MeterRead } from './meter.js';

/** Tells when it gets the event that somebody waits for. */
export abstract class Listener implements IEventHandler<MeterRead> {
  #reading = 0;
  #heard: (() => void) | undefined;

  /** Resolves with the time at which the event with a reading is handled. */
  async hears(reading: number): Promise<number> {
    this.#reading = reading;
    return new Promise((resolve) => (this.#heard = () => resolve(performance.now())));
  }

  handle({ reading }: MeterRead): void {
    if (reading === this.#reading) this.#heard?.();
  }
}

/** Within the process, after the commit. */
@EventsHandler(MeterRead)
export class InProcessListener extends Listener {}

/** In a transaction with its checkpoint. */
@Projection('listening-projection')
@EventsHandler(MeterRead)
export class ProjectionListener extends Listener {}

/** Outside of transactions. */
@Subscription('listening-subscription')
@EventsHandler(MeterRead)
export class SubscriptionListener extends Listener {}
