import { AggregateDefinitionError } from './aggregate.errors.js';
import type { AggregateClass, AggregateRoot } from './aggregate-root.js';

/**
 * An aggregate to which nothing has happened yet.
 *
 * @throws AggregateDefinitionError when its class does not pass the id on; InvalidArgumentError for an unusable id.
 */
export function constructAggregate<A extends AggregateRoot>(
  aggregateClass: AggregateClass<A>,
  id: string,
): A {
  const aggregate = Reflect.construct(aggregateClass, [id]) as A;
  if (aggregate.id === id) return aggregate;
  throw new AggregateDefinitionError(
    aggregateClass.name,
    'constructor',
    `was called with the id ${JSON.stringify(id)} and made ${JSON.stringify(aggregate.id)}`,
    'Take the id as the first parameter and pass it on: constructor(id: string) { super(id); }.',
  );
}
