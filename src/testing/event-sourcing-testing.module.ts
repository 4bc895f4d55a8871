import { Module, type DynamicModule } from '@nestjs/common';
import type { AggregateClass } from '../domain/index.js';
import {
  checkedDataSourceName,
  checkedOptions,
  featureModule,
  rootModule,
  storeTokens,
  type EventSourcingModuleOptions,
} from '../nest/index.js';
import { InMemoryHandlerStorage, type WakeUpCalls } from '../projections/index.js';
import { InMemorySnapshotStorage } from '../snapshots/index.js';
import { InMemoryJournal, type Journal } from '../store/index.js';

/** Nobody else is there to be called. */
const NO_CALLS: WakeUpCalls = { notify: () => {}, listen: async () => async () => {}, close: async () => {} };

/** Options of {@link EventSourcingTestingModule.forRoot}. */
export interface EventSourcingTestingOptions extends EventSourcingModuleOptions {
  /** The clock of `createdAt`. @default the system's */
  now?: () => Date;
}

/**
 * Takes the place of `EventSourcingModule` in a test: the same, with the journal in memory and without TypeORM.
 *
 * @example
 * ```ts
 * const module = await Test.createTestingModule({
 *   imports: [EventSourcingTestingModule.forRoot(), EventSourcingTestingModule.forFeature([Todo])],
 *   providers: [ChangeLabelHandler],
 * }).compile();
 * await module.init();
 * ```
 */
@Module({})
export class EventSourcingTestingModule {
  /** An event store in memory. @param options as of `EventSourcingModule.forRoot`. */
  static forRoot({ now, ...options }: EventSourcingTestingOptions = {}): DynamicModule {
    const dataSource = checkedDataSourceName(options.dataSource);
    return rootModule(EventSourcingTestingModule, {
      dataSource,
      options: [{ provide: storeTokens.options(dataSource), useValue: checkedOptions(options, dataSource) }],
      journal: { provide: storeTokens.journal(dataSource), useFactory: () => new InMemoryJournal(now) },
      handlers: [
        {
          provide: storeTokens.handlerStorage(dataSource),
          useFactory: () => new InMemoryHandlerStorage(),
        },
        { provide: storeTokens.wakeUpCalls(dataSource), useValue: NO_CALLS },
      ],
      snapshots: {
        provide: storeTokens.snapshotStorage(dataSource),
        useFactory: (journal: Journal) => new InMemorySnapshotStorage(journal),
        inject: [storeTokens.journal(dataSource)],
      },
    });
  }

  /** As `EventSourcingModule.forFeature`. */
  static forFeature(aggregates: readonly AggregateClass[], dataSource?: string): DynamicModule {
    return featureModule(EventSourcingTestingModule, aggregates, checkedDataSourceName(dataSource));
  }
}
