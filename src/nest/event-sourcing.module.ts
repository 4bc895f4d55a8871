import { Module, type DynamicModule, type OnApplicationBootstrap, type Provider } from '@nestjs/common';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import type { AnyAggregateClass } from '../domain/index.js';
import { eventSourcingEntities, TypeOrmJournal } from '../typeorm/index.js';
import { asyncOptionsProviders } from './async-options.js';
import { checkedDataSourceName, checkedOptions } from './checked-options.js';
import { EventSourcingConfigurationError } from './configuration.error.js';
import { EventSourcingCoreModule } from './event-sourcing-core.module.js';
import { EventSourcingFeatureModule } from './event-sourcing-feature.module.js';
import type {
  EventSourcingModuleAsyncOptions,
  EventSourcingModuleOptions,
} from './event-sourcing-options.js';
import { InProcessPublisher } from './handlers/in-process-publisher.js';
import { storeTokens } from './store-tokens.js';

/**
 * Event sourcing for a Nest application: an event store on a TypeORM data source, repositories of aggregates, and
 * event handlers on Nest's CQRS bus.
 *
 * `forRoot` once in the root module (once for each data source that has a journal), `forFeature` wherever aggregates
 * are. The modules of `@nestjs/cqrs` come with it: `CommandBus`, `EventBus` and `QueryBus` can be injected everywhere.
 */
@Module({})
export class EventSourcingModule implements OnApplicationBootstrap {
  constructor(private readonly publisher: InProcessPublisher) {}

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
   * Registers aggregates and provides their repositories to the importing module.
   *
   * @param dataSource the name of the data source whose store keeps them. @default 'default'
   */
  static forFeature(aggregates: readonly AnyAggregateClass[], dataSource?: string): DynamicModule {
    return EventSourcingFeatureModule.forAggregates(aggregates, checkedDataSourceName(dataSource));
  }

  onApplicationBootstrap(): void {
    // This module imports CqrsModule, so that its sagas are registered by now.
    this.publisher.open();
  }
}

function forStore(
  dataSource: string,
  options: Provider[],
  imports: DynamicModule['imports'] = [],
): DynamicModule {
  // Only for what it notes: with autoLoadEntities the data source then knows the journal's entities.
  TypeOrmModule.forFeature(eventSourcingEntities, dataSource);
  const core = EventSourcingCoreModule.forStore({
    dataSource,
    imports,
    options,
    journal: {
      provide: storeTokens.journal(dataSource),
      useFactory: (source?: DataSource) => createJournal(source, dataSource),
      inject: [{ token: getDataSourceToken(dataSource), optional: true }],
    },
  });
  return { module: EventSourcingModule, imports: [core] };
}

function createJournal(source: DataSource | undefined, name: string): TypeOrmJournal {
  if (source) return new TypeOrmJournal(source);
  throw new EventSourcingConfigurationError(
    `EventSourcingModule found no TypeORM data source named "${name}"`,
    name === 'default'
      ? `Import TypeOrmModule.forRoot({ type: 'postgres', … }) in the root module, or name another data source: ` +
          `EventSourcingModule.forRoot({ dataSource: '…' }).`
      : `Import TypeOrmModule.forRoot({ name: '${name}', type: 'postgres', … }) in the root module.`,
  );
}
