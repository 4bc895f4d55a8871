/** More was to be taken from an account than it has. */
export class InsufficientFundsError extends Error {
  constructor(
    readonly account: string,
    readonly balance: string,
    readonly amount: string,
  ) {
    super(`The account ${account} has ${balance}, which is less than ${amount}. Nothing was taken from it.`);
  }
}
