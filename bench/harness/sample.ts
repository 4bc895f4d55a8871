/** What is measured of a slice. */
export interface Figure {
  readonly figure: string;
  readonly value: number;
  /** Whether more of it is better, as of events per second, or less, as of milliseconds. */
  readonly better: 'more' | 'less';
}

/** A figure of one system in one round. */
export interface Sample extends Figure {
  readonly workload: string;
  readonly case: string;
  readonly system: string;
  readonly round: number;
}

/** A system that could not be measured in a case. */
export interface Failure {
  readonly workload: string;
  readonly case: string;
  readonly system: string;
  readonly failure: string;
}

/** Something to read beside the figures, such as a plan. */
export interface Note {
  readonly workload: string;
  readonly title: string;
  readonly note: string;
}

/** The system that the others are compared with, unless the workload names another. */
export const BASE = 'raw';

/** So many things done in a second. */
export function perSecond(figure: string, count: number, milliseconds: number): Figure {
  return { figure: `${figure} per s`, value: (count * 1_000) / milliseconds, better: 'more' };
}

/** A time. */
export function inMilliseconds(figure: string, value: number): Figure {
  return { figure: `${figure} ms`, value, better: 'less' };
}
