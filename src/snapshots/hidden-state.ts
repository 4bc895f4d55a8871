import { isAsyncFunction } from 'node:util/types';
import { AggregateDefinitionError, AggregateRoot, lineage, type AnyClass } from '../domain/index.js';
import { findPrivateField } from './class-source.js';

/**
 * Checks that a class of aggregates hides no state from the snapshots that are to be taken of it: one with private
 * fields has to have its own `toSnapshot` and `fromSnapshot`, or inherit them by a class that knows these fields.
 *
 * @throws AggregateDefinitionError naming class and cure.
 */
export function assertNoHiddenState(aggregateClass: AnyClass): void {
  const ancestors = lineage(aggregateClass);
  // The most derived first: its methods answer for what it inherits.
  for (const ancestor of ancestors.slice(ancestors.indexOf(AggregateRoot) + 1).reverse()) {
    const [to, from] = ['toSnapshot', 'fromSnapshot'].map((method) =>
      Object.hasOwn(ancestor.prototype as object, method),
    );
    assertSynchronous(ancestor);
    if (to && from) return;
    if (to || from) {
      throw new AggregateDefinitionError(
        ancestor.name,
        to ? 'toSnapshot' : 'fromSnapshot',
        `stands without ${to ? 'fromSnapshot' : 'toSnapshot'}`,
        'Write both: what one answers, the other takes over.',
      );
    }
    const hidden = findPrivateField(ancestor);
    if (hidden !== undefined) {
      throw new AggregateDefinitionError(
        ancestor.name,
        undefined,
        `has ${hidden}, which a snapshot cannot see`,
        `Give it the methods toSnapshot(), which answers all of its state, and fromSnapshot(state), or switch snapshots ` +
          `of it off: @Aggregate({ snapshot: false }).`,
      );
    }
  }
}

/** A load does not wait for its methods: what they promise would come too late, and fail where nobody catches it. */
function assertSynchronous({ name, prototype }: AnyClass): void {
  for (const method of ['toSnapshot', 'fromSnapshot']) {
    const body = Object.getOwnPropertyDescriptor(prototype, method)?.value as unknown;
    if (!isAsyncFunction(body)) continue;
    throw new AggregateDefinitionError(
      name,
      method,
      'is async',
      'A snapshot is taken and used without waiting.',
    );
  }
}
