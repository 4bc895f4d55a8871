import type { DynamicModule, Type } from '@nestjs/common';
import type { AggregateClass, AnyAggregateClass, DomainModel } from '../domain/index.js';
import { readAggregateDefinition } from '../domain/index.js';
import { AggregateRepository } from '../repository/index.js';
import type { EventStore } from '../store/index.js';
import { EventSourcingConfigurationError } from './configuration.error.js';
import { storeTokens } from './store-tokens.js';
import { DEFAULT_DATA_SOURCE, getAggregateRepositoryToken, getEventStoreToken } from './tokens.js';

/**
 * A module that registers aggregates with the store of a data source and provides their repositories.
 *
 * @param module the class it goes under, by which it can be exported again.
 */
export function featureModule(
  module: Type,
  aggregates: readonly AnyAggregateClass[],
  dataSource: string,
): DynamicModule {
  const repositories = aggregates.map((aggregateClass, index) => ({
    provide: repositoryToken(aggregateClass, dataSource, index),
    useFactory: (model?: DomainModel, store?: EventStore) =>
      createRepository(aggregateClass, dataSource, model, store),
    inject: [
      { token: storeTokens.model(dataSource), optional: true },
      { token: getEventStoreToken(dataSource), optional: true },
    ],
  }));
  return { module, providers: repositories, exports: repositories };
}

/** A class that is no proper aggregate gets a token of its own: what is wrong with it is said at start-up. */
function repositoryToken(
  aggregateClass: AnyAggregateClass,
  dataSource: string,
  index: number,
): ReturnType<typeof getAggregateRepositoryToken> {
  try {
    return getAggregateRepositoryToken(aggregateClass, dataSource);
  } catch {
    return `nestevents:invalid-aggregate:${index}`;
  }
}

function createRepository(
  aggregateClass: AnyAggregateClass,
  dataSource: string,
  model: DomainModel | undefined,
  store: EventStore | undefined,
): AggregateRepository<InstanceType<AggregateClass>> | null {
  if (!model || !store) {
    const named = dataSource === DEFAULT_DATA_SOURCE ? '' : `, '${dataSource}'`;
    throw new EventSourcingConfigurationError(
      `EventSourcingModule.forFeature([${aggregateClass?.name}]${named}) found no event store on the data source ` +
        `"${dataSource}"`,
      `Import EventSourcingModule.forRoot(${named && `{ dataSource: '${dataSource}' }`}) in the root module.`,
    );
  }
  model.add(aggregateClass);
  const { name, abstract } = readAggregateDefinition(aggregateClass);
  // An abstract aggregate is only checked; there is nothing to load.
  return abstract ? null : new AggregateRepository(aggregateClass as AggregateClass, name, store);
}
