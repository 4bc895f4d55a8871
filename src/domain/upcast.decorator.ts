import 'reflect-metadata';
import type { EventClass } from './domain-event.js';
import type { EventEnvelope } from './event-envelope.js';

const UPCAST = Symbol('nestevents:upcast');

/** Options of `@Upcast`. */
export interface UpcastOptions {
  /** The version of the schema whose payloads the method takes; it answers payloads of the next version. */
  readonly from: number;
}

/** A method under `@Upcast`: it takes a payload and may look at the event's envelope. */
export type UpcastMethod = (payload: never, envelope: EventEnvelope) => object;

/** One `@Upcast(…)` as it stands in a class; it is checked by whoever reads it. */
export interface UpcastMetadata {
  readonly method: string | symbol;
  readonly event: unknown;
  readonly options: unknown;
  readonly isStatic: boolean;
}

/**
 * Marks the method that turns payloads of one version of an event's schema into payloads of the next, where what the
 * fields mean has changed and Avro's own rules do not do.
 *
 * It stands on a method of any provider, or on a static method of the aggregate or of the event itself. Old events pass
 * through it whenever they are read, so it must be quick, synchronous, and answer the same for the same payload. What
 * it answers is checked against the schema of the next version.
 *
 * @example
 * ```ts
 * @Injectable()
 * class AccountUpcasts {
 *   @Upcast(MoneyDeposited, { from: 1 })
 *   centsToEuros({ cents, ...rest }: { cents: number }): { amount: string } {
 *     return { ...rest, amount: (cents / 100).toFixed(2) };
 *   }
 * }
 * ```
 */
export function Upcast(
  event: EventClass,
  options: UpcastOptions,
): <M extends UpcastMethod>(
  target: object,
  method: string | symbol,
  descriptor: TypedPropertyDescriptor<M>,
) => void {
  return (target, method) => {
    const isStatic = typeof target === 'function';
    const owner = isStatic ? target : target.constructor;
    const declared: UpcastMetadata = { method, event, options, isStatic };
    Reflect.defineMetadata(UPCAST, [...readUpcastMetadata(owner), declared], owner);
  };
}

/** The `@Upcast`s written in this very class. */
export function readUpcastMetadata(owner: object): readonly UpcastMetadata[] {
  return (Reflect.getOwnMetadata(UPCAST, owner) as readonly UpcastMetadata[] | undefined) ?? [];
}
