/** A payment breaks a rule of accounts; nothing was moved. */
export abstract class PaymentRefusedError extends Error {
  /** Tells the rules apart; clients rely on it. */
  abstract readonly code: string;

  /** @param facts what clients are told besides the message */
  constructor(
    message: string,
    readonly facts: Readonly<Record<string, string>>,
  ) {
    super(message);
  }
}
