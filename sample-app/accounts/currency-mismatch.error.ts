import { PaymentRefusedError } from './payment-refused.error.js';

/** Money was to go to an account in another currency. */
export class CurrencyMismatchError extends PaymentRefusedError {
  readonly code = 'CURRENCY_MISMATCH';

  constructor(from: string, to: string) {
    super(`Money in ${from} cannot go to an account in ${to}. Choose an account in ${from}.`, { from, to });
  }
}
