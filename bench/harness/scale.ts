/** How much is done. */
export interface Scale {
  readonly name: 'full' | 'quick' | 'tiny';
  /** How often each way is measured, in turns. */
  readonly rounds: number;
  /** How long a slice of what is measured by time takes. */
  readonly seconds: number;
  /** Events in the journal that is read as a whole. */
  readonly journal: number;
  /** Events in the large journal, which is compared with one of {@link small}. */
  readonly large: number;
  readonly small: number;
  /** Lengths of the streams that are loaded. */
  readonly lengths: readonly number[];
  /** Appends of each writer to the stream they share. */
  readonly share: number;
}

/** What goes into docs/performance.md. */
export const FULL: Scale = {
  name: 'full',
  rounds: 5,
  seconds: 2,
  journal: 200_000,
  large: 10_000_000,
  small: 10_000,
  lengths: [10, 100, 1_000, 10_000],
  share: 5,
};

/** Whether a change helps, at a glance. */
export const QUICK: Scale = {
  name: 'quick',
  rounds: 3,
  seconds: 0.5,
  journal: 20_000,
  large: 1_000_000,
  small: 10_000,
  lengths: [10, 1_000],
  share: 5,
};

/** Whether everything works. */
export const TINY: Scale = {
  name: 'tiny',
  rounds: 1,
  seconds: 0.05,
  journal: 1_000,
  large: 10_000,
  small: 1_000,
  lengths: [10],
  share: 1,
};
