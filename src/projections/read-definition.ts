import { inspect } from 'node:util';
import { DomainEvent, type DomainModel, type EventClass } from '../domain/index.js';
import type { DurableEventHandler, HandlerDefinition } from './handler-definition.js';
import type { HandlerMetadata } from './handler-options.js';
import { HandlerDefinitionError } from './projections.errors.js';
import { DEFAULT_RETRY } from './retry-policy.js';

const NAME_PATTERN = /^[A-Za-z0-9_][A-Za-z0-9_.:-]{0,199}$/;

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
  const whole = (option: string, preset: number, least = 1): number => {
    const value = options[option] ?? preset;
    if (Number.isSafeInteger(value) && (value as number) >= least) return value as number;
    return fail(
      `has ${inspect(value)} as ${option} in ${decorator}`,
      `It has to be a whole number from ${least}.`,
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
  if (mode === 'inline' && partitions > 1)
    fail('is inline and has partitions', 'Leave out one of them: inline runs where the append does.');
  return {
    name,
    kind,
    version: whole('version', 1),
    partitions,
    mode,
    startFrom: kind === 'subscription' ? oneOf('from', ['now', 'beginning']) : 'beginning',
    types: storedTypes(model, events, options['aggregates'] as readonly unknown[] | undefined),
    batchSize: whole('batchSize', 200),
    timeout: whole('timeout', 30_000),
    retry: { ...DEFAULT_RETRY, ...(options['retry'] as object | undefined) },
    concurrency: whole('concurrency', 1),
    rebuild: tables.length > 0 ? 'side-by-side' : 'in-place',
    tables,
    handler,
  };
}

function storedTypes(
  model: DomainModel,
  events: readonly EventClass[],
  aggregates: readonly unknown[] | undefined,
): string[] {
  const all = events.includes(DomainEvent)
    ? model.aggregates.flatMap(({ eventTypes }) => [...eventTypes.keys()])
    : events;
  return model
    .storedTypes(all)
    .filter((type) => !aggregates || aggregates.includes(model.findEvent(type)?.aggregate.aggregateClass));
}
