/** Which rule of schema resolution is broken. */
export type ResolutionRule =
  | 'TYPE'
  | 'NAME'
  | 'FIELD_WITHOUT_DEFAULT'
  | 'BAD_DEFAULT'
  | 'ENUM_SYMBOLS'
  | 'FIXED_SIZE'
  | 'UNION_BRANCH'
  | 'LOGICAL_TYPE';

/** Why two types do not fit, wherever they stand. */
export interface Fault {
  /** Stable, for programs. */
  readonly rule: ResolutionRule;
  /** What does not fit, without a full stop, e.g. `the field "currency" is new and has no default`. */
  readonly problem: string;
  /** What to do, a clause, e.g. `give it a default`. */
  readonly cure: string;
}

/** A part of the reader's schema that cannot read what the writer's schema wrote. */
export interface Incompatibility extends Fault {
  /** The path in the reader's schema, e.g. `'address.lines[].text'` or `'prices{}'`; `''` for the record itself. */
  readonly path: string;
}
