/** An argument of `schema new` that cannot be used; the message ends in what to write instead. */
export class ArgumentFault extends Error {}
