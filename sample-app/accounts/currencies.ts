import type { Currency } from '../event-types.js';

/** Every currency of the schema; it does not compile when one is missing. */
export const CURRENCIES = Object.keys({ EUR: true, GBP: true, USD: true } satisfies Record<Currency, true>);
