import type { DynamicModule, InjectionToken, Type } from '@nestjs/common';
import type { AggregateClass, AggregateRoot, DomainModel } from '../domain/index.js';
import { readAggregateDefinition } from '../domain/index.js';
import { AggregateRepository } from '../repository/index.js';
import type { Snapshots } from '../snapshots/index.js';
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
  aggregates: readonly AggregateClass[],
  dataSource: string,
): DynamicModule {
  if (!Array.isArray(aggregates)) {
    throw new EventSourcingConfigurationError(
      'EventSourcingModule.forFeature was given no array',
      'Pass the classes of aggregates in one: forFeature([Todo]).',
    );
  }
  const tokens = repositoryTokens(aggregates, dataSource);
  const repositories = aggregates.map((aggregateClass, index) => ({
    provide: tokens[index]!,
    useFactory: (model?: DomainModel, store?: EventStore, snapshots?: Snapshots) =>
      createRepository(aggregateClass, dataSource, model, store, snapshots),
    inject: [
      { token: storeTokens.model(dataSource), optional: true },
      { token: getEventStoreToken(dataSource), optional: true },
      { token: storeTokens.snapshots(dataSource), optional: true },
    ],
  }));
  return { module, providers: repositories, exports: repositories };
}

/**
 * The token of each repository. What is no proper aggregate, or comes twice, gets one of its own, so that what is
 * wrong with it is found, and said, at start-up.
 */
function repositoryTokens(aggregates: readonly AggregateClass[], dataSource: string): InjectionToken[] {
  const tokens: InjectionToken[] = [];
  aggregates.forEach((aggregateClass, index) => {
    let token: InjectionToken | undefined;
    try {
      token = getAggregateRepositoryToken(aggregateClass, dataSource);
    } catch {
      // The reader of its definition says the same again, and more.
    }
    tokens.push(
      token === undefined || tokens.includes(token) ? `nestevents:unusable-aggregate:${index}` : token,
    );
  });
  return tokens;
}

function createRepository(
  aggregateClass: AggregateClass,
  dataSource: string,
  model: DomainModel | undefined,
  store: EventStore | undefined,
  snapshots: Snapshots | undefined,
): AggregateRepository<AggregateRoot> | null {
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
  return abstract
    ? null
    : new AggregateRepository(aggregateClass, name, store, snapshots?.add(aggregateClass));
}
