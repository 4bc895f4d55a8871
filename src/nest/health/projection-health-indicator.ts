import { InvalidArgumentError } from '../../domain/index.js';
import type { HandlerStatus, ProjectionManager } from '../../projections/index.js';
import { healthOf, type ProjectionHealth, type ProjectionHealthOptions } from './projection-health.js';

/**
 * Tells a health check whether projections and subscriptions keep up, in whatever instance they run.
 *
 * Made for `HealthCheckService` of `@nestjs/terminus`, but nothing of that is needed.
 *
 * @example
 * ```ts
 * health.check([() => projections.isHealthy('projections', { maxLagSeconds: 30 })]);
 * ```
 */
export class ProjectionHealthIndicator {
  constructor(private readonly manager: Pick<ProjectionManager, 'status'>) {}

  /**
   * How durable handlers are doing: `up`, or `down` with a message when one does not keep up, or when the database does
   * not answer. Who works on it does not matter: a handler that nobody works on falls behind.
   *
   * @param key under which the answer is shown.
   * @throws InvalidArgumentError for options that make no sense
   */
  async isHealthy<Key extends string>(
    key: Key,
    options: ProjectionHealthOptions = {},
  ): Promise<ProjectionHealth<Key>> {
    const { maxLagSeconds = 60, allowParked = true, allowRebuild = true, timeout = 3_000 } = options;
    assertDuration('maxLagSeconds', maxLagSeconds);
    assertDuration('timeout', timeout);
    assertNames(options.handlers);
    let statuses: HandlerStatus[];
    try {
      statuses = await inTime(this.manager.status(), timeout);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return result(key, {
        status: 'down',
        message: `It cannot be found out how the durable handlers are doing: ${reason}`,
      });
    }
    const wanted = statuses.filter(({ name }) => options.handlers?.includes(name) ?? true);
    const limits = { maxLagSeconds, allowParked, allowRebuild };
    const handlers = Object.fromEntries(wanted.map((status) => [status.name, healthOf(status, limits)]));
    const problems = [
      ...Object.values(handlers).flatMap(({ problem }) => problem ?? []),
      ...missing(options.handlers ?? [], wanted),
    ];
    if (problems.length === 0) return result(key, { status: 'up', handlers });
    return result(key, { status: 'down', message: problems.join(' '), handlers });
  }
}

function result<Key extends string>(key: Key, health: ProjectionHealth<Key>[Key]): ProjectionHealth<Key> {
  return { [key]: health } as ProjectionHealth<Key>;
}

function missing(names: readonly string[], statuses: readonly HandlerStatus[]): string[] {
  return names
    .filter((name) => !statuses.some((status) => status.name === name))
    .map((name) => `There is no projection or subscription "${name}".`);
}

/** The longest time that timers know, in milliseconds. */
const MAX_DURATION = 2 ** 31 - 1;

function assertDuration(option: string, value: unknown): void {
  if (typeof value === 'number' && value >= 0 && value <= MAX_DURATION) return;
  throw new InvalidArgumentError(
    `${option} of a health check is ${String(value)}`,
    `Pass a number from 0 to ${MAX_DURATION}.`,
  );
}

function assertNames(handlers: unknown): void {
  if (handlers === undefined || Array.isArray(handlers)) return;
  throw new InvalidArgumentError(
    `handlers of a health check is ${JSON.stringify(handlers)}`,
    "Pass names in an array, such as ['todo-list'], or leave it out for all.",
  );
}

/** A database that is away may take minutes to say so, and those who ask for health do not wait that long. */
async function inTime<T>(promise: Promise<T>, milliseconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`The database did not answer within ${milliseconds} ms.`)),
      milliseconds,
    );
  });
  try {
    return await Promise.race([promise, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
