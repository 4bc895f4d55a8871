import type { HandlerStatus } from '../../projections/index.js';

/** When durable handlers count as healthy. */
export interface ProjectionHealthOptions {
  /** Only these projections and subscriptions, by their names. @default all */
  handlers?: readonly string[];
  /** How old the oldest event may be that a handler has still to handle, in seconds. @default 60 */
  maxLagSeconds?: number;
  /** Whether parked events are shown only; with `false` a handler that has any is down. @default true */
  allowParked?: boolean;
  /** Whether a handler may be as late as it likes while its read model is built anew. @default true */
  allowRebuild?: boolean;
  /** How long the database has to answer, in milliseconds. @default 3_000 */
  timeout?: number;
}

/** How a durable handler is doing, as a health check shows it. */
export type HandlerHealth = Pick<HandlerStatus, 'state' | 'lag' | 'retrying' | 'parked'> & {
  /** Why it is not healthy, if it is not. */
  problem?: string;
};

/** What a health check of `@nestjs/terminus` takes from an indicator. */
export type ProjectionHealth<Key extends string = string> = Record<
  Key,
  {
    status: 'up' | 'down';
    /** What is wrong, if anything is. */
    message?: string;
    /** By their names; missing when nothing could be found out. */
    handlers?: Record<string, HandlerHealth>;
  }
>;

/** How a handler is doing, and what is wrong with it, if anything is. */
export function healthOf(
  { name, state, lag, retrying, parked }: HandlerStatus,
  {
    maxLagSeconds,
    allowParked,
    allowRebuild,
  }: Required<Omit<ProjectionHealthOptions, 'handlers' | 'timeout'>>,
): HandlerHealth {
  const health = { state, lag, retrying, parked };
  const mayLag = state === 'rebuilding' && allowRebuild;
  if (lag.seconds > maxLagSeconds && !mayLag) {
    const paused = state === 'paused' ? ' It is paused: resume it.' : '';
    const problem =
      `${name} is ${Math.round(lag.seconds)} s behind (${lag.events} events); ` +
      `${maxLagSeconds} s are allowed.${paused}`;
    return { ...health, problem };
  }
  if (parked > 0 && !allowParked) {
    return { ...health, problem: `${name} has ${parked} parked events; retry or skip them.` };
  }
  return health;
}
