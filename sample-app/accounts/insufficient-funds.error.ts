import { PaymentRefusedError } from './payment-refused.error.js';

/** More was to be taken from an account than it has. */
export class InsufficientFundsError extends PaymentRefusedError {
  readonly code = 'INSUFFICIENT_FUNDS';

  constructor(account: string, balance: string, amount: string) {
    super(`The account ${account} has ${balance}, which is less than ${amount}. Nothing was taken from it.`, {
      account,
      balance,
      amount,
    });
  }
}
