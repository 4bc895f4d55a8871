import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import type { AggregateClass } from '../domain/index.js';
import {
  eventSourcingEntities,
  JournalSignal,
  ReservedConnection,
  TypeOrmHandlerStorage,
  TypeOrmJournal,
  TypeOrmSnapshotStorage,
} from '../typeorm/index.js';
import { asyncOptionsProviders } from './async-options.js';
import { checkedDataSourceName, checkedOptions } from './checked-options.js';
import { EventSourcingConfigurationError } from './configuration.error.js';
import type {
  EventSourcingModuleAsyncOptions,
  EventSourcingModuleOptions,
} from './event-sourcing-options.js';
import { featureModule } from './feature-module.js';
import { rootModule } from './root-module.js';
import { storeTokens } from './store-tokens.js';

/**
 * Event sourcing for a Nest application: an event store on a TypeORM data source, repositories of aggregates, and
 * event handlers on Nest's CQRS bus.
 *
 * `forRoot` once in the root module (once for each data source that has a journal), `forFeature` wherever aggregates
 * are. The modules of `@nestjs/cqrs` come with it: `CommandBus`, `EventBus` and `QueryBus` can be injected everywhere.
 */
@Module({})
export class EventSourcingModule {
  /**
   * Sets up the event store of a data source.
   *
   * @throws EventSourcingConfigurationError for unknown or wrong options.
   */
  static forRoot(options: EventSourcingModuleOptions = {}): DynamicModule {
    const dataSource = checkedDataSourceName(options?.dataSource);
    const checked = checkedOptions(options, dataSource);
    return forStore(dataSource, [{ provide: storeTokens.options(dataSource), useValue: checked }]);
  }

  /**
   * Sets up the event store of a data source with options that are not known yet.
   *
   * @throws EventSourcingConfigurationError at once for a wrong call, at start-up for wrong options.
   */
  static forRootAsync(options: EventSourcingModuleAsyncOptions): DynamicModule {
    const dataSource = checkedDataSourceName(options?.dataSource);
    return forStore(dataSource, asyncOptionsProviders(options, dataSource), options.imports);
  }

  /**
   * Registers aggregates and provides their repositories to the importing module, which may export
   * `EventSourcingModule` to pass them on.
   *
   * @param dataSource the name of the data source whose store keeps them. @default 'default'
   */
  static forFeature(aggregates: readonly AggregateClass[], dataSource?: string): DynamicModule {
    return featureModule(EventSourcingModule, aggregates, checkedDataSourceName(dataSource));
  }
}

function forStore(
  dataSource: string,
  options: Provider[],
  imports: DynamicModule['imports'] = [],
): DynamicModule {
  // Only for what it notes: with autoLoadEntities the data source then knows the journal's entities.
  TypeOrmModule.forFeature(eventSourcingEntities, dataSource);
  type Create = (source: DataSource, options: EventSourcingModuleOptions) => unknown;
  const onDataSource = (provide: string, create: Create): Provider => ({
    provide,
    useFactory: (source: DataSource | undefined, checked: EventSourcingModuleOptions) =>
      create(existing(source, dataSource), checked),
    inject: [{ token: getDataSourceToken(dataSource), optional: true }, storeTokens.options(dataSource)],
  });
  return rootModule(EventSourcingModule, {
    dataSource,
    imports,
    options,
    journal: onDataSource(
      storeTokens.journal(dataSource),
      (source, { appendQueueLimit }) => new TypeOrmJournal(source, { appendQueueLimit }),
    ),
    handlers: [
      onDataSource(
        storeTokens.handlerStorage(dataSource),
        (source) => new TypeOrmHandlerStorage(source, new ReservedConnection(source)),
      ),
      onDataSource(storeTokens.wakeUpCalls(dataSource), (source) => new JournalSignal(source)),
    ],
    snapshots: onDataSource(
      storeTokens.snapshotStorage(dataSource),
      (source) => new TypeOrmSnapshotStorage(source),
    ),
  });
}

function existing(source: DataSource | undefined, name: string): DataSource {
  if (source) return source;
  throw new EventSourcingConfigurationError(
    `EventSourcingModule found no TypeORM data source named "${name}"`,
    name === 'default'
      ? `Import TypeOrmModule.forRoot({ type: 'postgres', … }) in the root module, or name another data source: ` +
          `EventSourcingModule.forRoot({ dataSource: '…' }).`
      : `Import TypeOrmModule.forRoot({ name: '${name}', type: 'postgres', … }) in the root module.`,
  );
}
