import { inspect } from 'node:util';
import { DomainEvent, type DomainModel, type EventClass } from '../domain/index.js';
import type { DurableEventHandler, HandlerDefinition } from './handler-definition.js';
import type { HandlerMetadata } from './handler-options.js';
import { HandlerDefinitionError } from './projections.errors.js';
import { DEFAULT_RETRY, type RetryPolicy } from './retry-policy.js';

const NAME_PATTERN = /^[A-Za-z0-9_][A-Za-z0-9_.:-]{0,199}$/;

/** What a timer, and an integer in the database, can hold. */
const MOST = 2 ** 31 - 1;

const COMMON = ['dataSource', 'aggregates', 'partitions', 'batchSize', 'timeout', 'retry'];
const OPTIONS = {
  projection: [...COMMON, 'version', 'mode', 'tables'],
  subscription: [...COMMON, 'from', 'concurrency'],
} as const;

/** A durable handler as it was found. */
export interface FoundHandler {
  readonly metadata: HandlerMetadata;
  readonly handler: DurableEventHandler;
  /** What its `@EventsHandler` names. */
  readonly events: readonly EventClass[];
}

/**
 * Checks what the decorators of a durable handler say.
 *
 * @throws HandlerDefinitionError naming class and cure.
 */
export function readDefinition(
  { metadata, handler, events }: FoundHandler,
  model: DomainModel,
): HandlerDefinition {
  const className = handler.constructor.name;
  const fail = (problem: string, cure: string): never => {
    throw new HandlerDefinitionError(className, problem, cure);
  };
  const { kind, name } = metadata;
  const decorator = kind === 'projection' ? '@Projection' : '@Subscription';
  const options = { ...metadata.options } as Record<string, unknown>;
  if (typeof name !== 'string' || !NAME_PATTERN.test(name)) {
    fail(
      `has the unusable name ${JSON.stringify(name)}`,
      `Use letters, digits, "_", "-", "." and ":": ${decorator}('todo-list').`,
    );
  }
  const known: readonly string[] = OPTIONS[kind];
  const unknown = Object.keys(options).find((option) => !known.includes(option));
  if (unknown !== undefined)
    fail(`has the unknown option "${unknown}" in ${decorator}`, `Known are ${known.join(', ')}.`);
  const whole = (option: string, preset: number): number => {
    const value = options[option] ?? preset;
    if (isWhole(value, 1)) return value;
    return fail(
      `has ${inspect(value)} as ${option} in ${decorator}`,
      `It has to be a whole number from 1 to ${MOST}.`,
    );
  };
  const oneOf = <V extends string>(option: string, values: readonly [V, ...V[]]): V => {
    const value = options[option] ?? values[0];
    if (values.includes(value as V)) return value as V;
    return fail(
      `has ${inspect(value)} as ${option} in ${decorator}`,
      `It has to be ${values.map((v) => `'${v}'`).join(' or ')}.`,
    );
  };
  if (events.length === 0)
    fail('has no @EventsHandler with domain events', 'Name them: @EventsHandler(TodoCreated).');
  if (!handler.handle && !handler.handleBatch)
    fail('has no method handle', 'Write handle(event), or handleBatch(events).');
  const tables = (options['tables'] ?? []) as readonly unknown[];
  if (!Array.isArray(tables))
    fail(`has tables in ${decorator} that are no array`, 'Name entities: { tables: [TodoRow] }.');
  const mode = oneOf('mode', ['async', 'inline']);
  const partitions = whole('partitions', 1);
  if (mode === 'inline' && tables.length > 0)
    fail('is inline and has tables', 'Leave out one of them, and write reset(): inline is rebuilt in place.');
  if (mode === 'inline' && partitions > 1)
    fail('is inline and has partitions', 'Leave out one of them: inline runs where the append does.');
  const aggregates = checkedAggregates(options['aggregates'], fail);
  const types = storedTypes(model, events, aggregates);
  const takesWhateverThereIs = events.includes(DomainEvent) && !aggregates;
  if (types.length === 0 && !takesWhateverThereIs) {
    fail(
      'handles events of no registered aggregate',
      'Register their aggregates with EventSourcingModule.forFeature, or name the store: { dataSource }.',
    );
  }
  return {
    name,
    kind,
    version: whole('version', 1),
    partitions,
    mode,
    startFrom: kind === 'subscription' ? oneOf('from', ['now', 'beginning']) : 'beginning',
    types,
    batchSize: whole('batchSize', 200),
    timeout: whole('timeout', 30_000),
    retry: checkedRetry(options['retry'], fail),
    concurrency: whole('concurrency', 1),
    tables,
    handler,
  };
}

type Fail = (problem: string, cure: string) => never;

function checkedRetry(given: unknown, fail: Fail): RetryPolicy {
  if (given !== undefined && (typeof given !== 'object' || given === null)) {
    fail(`has ${inspect(given)} as retry`, 'Pass an object such as { attempts: 5 }.');
  }
  const retry = { ...DEFAULT_RETRY, ...given };
  const unknown = Object.keys(retry).find((option) => !Object.hasOwn(DEFAULT_RETRY, option));
  if (unknown !== undefined) {
    fail(`has the unknown option "retry.${unknown}"`, 'Known are attempts, delay and maxDelay.');
  }
  for (const [option, value] of Object.entries(retry)) {
    if (!isWhole(value, option === 'attempts' ? 1 : 0)) {
      fail(
        `has ${inspect(value)} as retry.${option}`,
        'It has to be a whole number; times are in milliseconds.',
      );
    }
  }
  return retry;
}

function checkedAggregates(given: unknown, fail: Fail): ReadonlySet<unknown> | undefined {
  if (given === undefined) return undefined;
  if (Array.isArray(given) && given.every((each) => typeof each === 'function')) return new Set(given);
  return fail(`has ${inspect(given)} as aggregates`, 'Name classes of aggregates: { aggregates: [Todo] }.');
}

function isWhole(value: unknown, least: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= MOST;
}

/** The stored types of classes of events and of all that extend them. */
function storedTypes(
  model: DomainModel,
  events: readonly EventClass[],
  aggregates: ReadonlySet<unknown> | undefined,
): string[] {
  const known = model.aggregates.flatMap(({ eventTypes }) => [...eventTypes.keys()]);
  const wanted = known.filter((eventClass) =>
    events.some((event) => eventClass === event || eventClass.prototype instanceof event),
  );
  return model
    .storedTypes(wanted)
    .filter((type) => !aggregates || aggregates.has(model.findEvent(type)?.aggregate.aggregateClass));
}
