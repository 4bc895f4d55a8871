import { PAYLOAD_ENCODINGS, readAggregateOptions, type PayloadEncoding } from './aggregate.decorator.js';
import { AggregateDefinitionError } from './aggregate.errors.js';
import { checkedSnapshotOptions, type AggregateSnapshotOptions } from './aggregate-snapshot-options.js';
import { readApplyMetadata, type ApplyMetadata } from './apply.decorator.js';
import { DomainEvent, type EventClass } from './domain-event.js';
import { lineage, type AnyClass } from './lineage.js';
import { defaultAggregateName, NAME_PATTERN } from './naming.js';

/** What the decorators of an aggregate class say, checked. */
export interface AggregateDefinition {
  readonly name: string;
  readonly abstract: boolean;
  readonly encoding: PayloadEncoding | undefined;
  /** The events it owns, its own and those of its bases. */
  readonly events: readonly EventClass[];
  readonly snapshot: AggregateSnapshotOptions | false | undefined;
}

const OPTIONS: ReadonlySet<string> = new Set(['name', 'abstract', 'encoding', 'snapshot']);

const appliers = new WeakMap<AnyClass, ReadonlyMap<AnyClass, string>>();

/** The name of the method that applies a class of events to an aggregate, if there is one. */
export function findApplier(aggregateClass: AnyClass, eventClass: AnyClass): string | undefined {
  let found = appliers.get(aggregateClass);
  if (!found) {
    found = new Map(
      lineage(aggregateClass).flatMap((ancestor) =>
        readApplyMetadata(ancestor).flatMap(({ method, events }) =>
          events.filter(isClass).map((event) => [event, method] as const),
        ),
      ),
    );
    appliers.set(aggregateClass, found);
  }
  return found.get(eventClass);
}

/**
 * Reads and checks what `@Aggregate` and `@Apply` say of a class and its bases.
 *
 * @throws AggregateDefinitionError naming class, method and cure.
 */
export function readAggregateDefinition(aggregateClass: AnyClass): AggregateDefinition {
  const options = readAggregateOptions(aggregateClass);
  if (!options) {
    throw new AggregateDefinitionError(
      aggregateClass.name,
      undefined,
      'has no @Aggregate() of its own',
      `Put @Aggregate() on the class; it is not inherited.`,
    );
  }
  const unknown = Object.keys(options).find((option) => !OPTIONS.has(option));
  if (unknown !== undefined) {
    throw new AggregateDefinitionError(
      aggregateClass.name,
      undefined,
      `has the unknown option "${unknown}" in @Aggregate`,
      'Known are name, abstract, encoding and snapshot.',
    );
  }
  const { encoding } = options;
  if (encoding !== undefined && !PAYLOAD_ENCODINGS.includes(encoding)) {
    throw new AggregateDefinitionError(
      aggregateClass.name,
      undefined,
      `has the unknown encoding ${JSON.stringify(encoding)}`,
      "Use 'json' or 'avro': @Aggregate({ encoding: 'avro' }).",
    );
  }
  const name = options.name ?? defaultAggregateName(aggregateClass.name);
  if (!NAME_PATTERN.test(name)) {
    throw new AggregateDefinitionError(
      aggregateClass.name || '(anonymous class)',
      undefined,
      `has the unusable name ${JSON.stringify(name)}`,
      `Use letters, digits, "_", "-" and ".": @Aggregate({ name: '…' }).`,
    );
  }
  const events = new Set<EventClass>();
  for (const ancestor of lineage(aggregateClass)) {
    for (const event of checkedEvents(ancestor)) events.add(event);
  }
  const snapshot = checkedSnapshotOptions(aggregateClass.name, options.snapshot);
  return { name, abstract: options.abstract ?? false, encoding, events: [...events], snapshot };
}

function checkedEvents(ancestor: AnyClass): EventClass[] {
  const methods = new Map<EventClass, string>();
  for (const apply of readApplyMetadata(ancestor)) {
    if (apply.isStatic)
      fail(ancestor, apply, 'has @Apply but is static', 'Make it a method of the instance.');
    if (isAsync(ancestor, apply.method)) {
      fail(ancestor, apply, 'has @Apply but is async', 'A state change only assigns, without waiting.');
    }
    if (apply.events.length === 0)
      fail(ancestor, apply, 'has an empty @Apply()', 'Name the events it applies.');
    apply.events.forEach((event, index) => {
      const eventClass = checkedEvent(ancestor, apply, event, index);
      const other = methods.get(eventClass);
      if (other !== undefined && other !== apply.method) {
        fail(
          ancestor,
          apply,
          `applies ${eventClass.name}, as ${other} does`,
          'Keep one method for each event.',
        );
      }
      methods.set(eventClass, apply.method);
    });
  }
  return [...methods.keys()];
}

function checkedEvent(ancestor: AnyClass, apply: ApplyMetadata, event: unknown, index: number): EventClass {
  if (event === undefined) {
    fail(
      ancestor,
      apply,
      `has undefined as argument ${index + 1} of @Apply`,
      'Most likely two files import each other: move the event into a file of its own.',
    );
  }
  if (!isClass(event) || !(event.prototype instanceof DomainEvent)) {
    fail(
      ancestor,
      apply,
      `has ${isClass(event) ? event.name || 'an anonymous function' : JSON.stringify(event)} in @Apply, which is no event`,
      'Name classes that extend DomainEvent.',
    );
  }
  return event as EventClass;
}

function fail(ancestor: AnyClass, apply: ApplyMetadata, problem: string, cure: string): never {
  throw new AggregateDefinitionError(ancestor.name, apply.method, problem, cure);
}

function isAsync(aggregateClass: AnyClass, method: string): boolean {
  const body: unknown = (aggregateClass.prototype as Record<string, unknown>)[method];
  return Object.prototype.toString.call(body) === '[object AsyncFunction]';
}

function isClass(value: unknown): value is AnyClass {
  return typeof value === 'function' && value !== Function.prototype;
}
