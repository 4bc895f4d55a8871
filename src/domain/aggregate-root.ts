import type { Type } from '@nestjs/common';
import { AggregateRoot as CqrsAggregateRoot, type IEventHandler } from '@nestjs/cqrs';
import { assertAggregateId } from './aggregate-id.js';
import { CommitNotSupportedError, UnappliedEventError } from './aggregate.errors.js';
import { findApplier } from './aggregate-definition.js';
import { DomainEvent } from './domain-event.js';
import { findEnvelope, whileApplying } from './event-envelope.js';

/** How `@nestjs/cqrs` lets an event be applied: `true` or `fromHistory` for one that is stored already. */
export type ApplyOptions = boolean | { fromHistory?: boolean; skipHandler?: boolean };

/** Tells an aggregate which of its queued events are stored now, and what its version is. */
export let markStored: (aggregate: AggregateRoot, version: number, events: readonly DomainEvent[]) => void;
/** Gives an aggregate back the version it had and the events it saved, because they were rolled back. */
export let markUnstored: (aggregate: AggregateRoot, version: number, events: readonly DomainEvent[]) => void;
/** Marks an aggregate as the state of a past moment, which cannot be saved. */
export let markPast: (aggregate: AggregateRoot) => void;
/** Whether an aggregate is the state of a past moment. */
export let isPast: (aggregate: AggregateRoot) => boolean;

/** What assignments make. */
const PROPERTY = { writable: true, enumerable: true, configurable: true };

/**
 * The root of an aggregate: decides by raising events with `apply`, and keeps its state by folding them in the
 * methods marked `@Apply`.
 *
 * It is the one of `@nestjs/cqrs`, except that it has an `id` and a `version`, that an event whose state change
 * throws does not stay queued, and that only a repository can commit it.
 *
 * @example
 * ```ts
 * @Aggregate()
 * class Todo extends AggregateRoot {
 *   label = '';
 *   rename(label: string) { this.apply(new TodoRenamed(label)); }
 *   @Apply(TodoRenamed) protected onRenamed(event: TodoRenamed) { this.label = event.label; }
 * }
 * ```
 */
export abstract class AggregateRoot<
  EventBase extends DomainEvent = DomainEvent,
> extends CqrsAggregateRoot<EventBase> {
  #version = 0;
  #past = false;

  /** @throws InvalidArgumentError when `id` is not a usable string. */
  constructor(readonly id: string) {
    super();
    assertAggregateId(id, new.target.name);
  }

  /** The version of the last stored event it has seen; 0 when nothing of it is stored. Unsaved events do not count. */
  get version(): number {
    return this.#version;
  }

  /**
   * Changes the state by an event and queues it for the next save.
   *
   * @throws UnappliedEventError when the aggregate has no `@Apply` method for the event, and whatever that method
   * throws; the event is then not queued.
   */
  override apply(event: EventBase, options: ApplyOptions = {}): void {
    const stored = typeof options === 'boolean' ? options : (options.fromHistory ?? false);
    if (!stored && this.autoCommit) throw new CommitNotSupportedError(this.constructor.name, this.id);
    const queue = this.getUncommittedEvents();
    const queued = queue.length;
    try {
      // Two calls, because the overloads of the base take either form but not their union.
      const change = (): void => {
        if (typeof options === 'boolean') super.apply(event, options);
        else super.apply(event, options);
      };
      if (stored) change();
      else whileApplying(event, change);
    } catch (error) {
      queue.length = queued;
      throw error;
    }
    if (stored) this.#version = findEnvelope(event)?.aggregateVersion ?? this.#version + 1;
  }

  /**
   * Not supported: use `AggregateRepository.save`.
   *
   * @throws CommitNotSupportedError always; the queued events stay queued.
   */
  override commit(): never {
    throw new CommitNotSupportedError(this.constructor.name, this.id);
  }

  /**
   * The state for a snapshot: every own, enumerable property but the id.
   *
   * Override it, together with {@link fromSnapshot}, where that is not all of the state, or not plain data. What it
   * answers is kept as it is: text, numbers, `bigint`, `Date`, `Map`, `Set`, bytes, plain objects and arrays; other
   * instances of classes are refused.
   */
  toSnapshot(): unknown {
    return Object.fromEntries(Object.entries(this).filter(([key]) => key !== 'id'));
  }

  /** Takes over what {@link toSnapshot} has answered, on an aggregate to which nothing has happened yet. */
  fromSnapshot(state: unknown): void {
    const own = state as Record<string, unknown>;
    const target = this as Record<string, unknown>;
    for (const key of Object.keys(target)) if (key !== 'id' && !Object.hasOwn(own, key)) delete target[key];
    for (const [key, value] of Object.entries(own)) {
      // Where there is none yet, an assignment could change the prototype, or go to a setter.
      if (Object.hasOwn(target, key)) target[key] = value;
      else Object.defineProperty(target, key, { ...PROPERTY, value });
    }
  }

  protected override getEventHandler(event: EventBase): Type<IEventHandler> {
    const method = findApplier(this.constructor, event.constructor);
    if (method === undefined) throw new UnappliedEventError(this.constructor.name, event.constructor.name);
    // The base class declares a class but calls a method: `handler.call(this, event)`.
    return (this as unknown as Record<string, Type<IEventHandler>>)[method]!;
  }

  static {
    markStored = (aggregate, version, events) => {
      aggregate.#version = version;
      const queue = aggregate.getUncommittedEvents();
      const stored = new Set(events);
      queue.splice(0, queue.length, ...queue.filter((event) => !stored.has(event)));
    };
    markUnstored = (aggregate, version, events) => {
      aggregate.#version = version;
      aggregate.getUncommittedEvents().unshift(...events);
    };
    markPast = (aggregate) => {
      aggregate.#past = true;
    };
    isPast = (aggregate) => aggregate.#past;
  }
}

/**
 * A class of aggregates. Its constructor takes the id, and may take more with defaults; it may be private or
 * protected, and the class may be abstract where it is only a base.
 */
// A constructor type would exclude private constructors.
// oxlint-disable-next-line typescript/no-unsafe-function-type
export type AggregateClass<A extends AggregateRoot = AggregateRoot> = Function & { readonly prototype: A };
