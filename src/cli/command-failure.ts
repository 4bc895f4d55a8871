/** A command cannot do what was asked; the message says why and what to do, and is printed without a stack. */
export class CommandFailure extends Error {
  /** @param exitCode what the process exits with: 1 for problems found, 2 for a wrong call. */
  constructor(
    message: string,
    readonly exitCode: 1 | 2 = 2,
  ) {
    super(message);
  }
}
