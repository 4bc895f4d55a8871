/** There is nothing to compare with under `--against`; the message ends in what to do. */
export class UnusableRef extends Error {
  /** @param code what programs know the problem by. */
  constructor(
    readonly code: 'SCHEMA_REF_UNKNOWN' | 'SCHEMA_REF_UNREADABLE',
    message: string,
  ) {
    super(message);
  }
}
