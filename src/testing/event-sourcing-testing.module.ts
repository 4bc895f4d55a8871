import { Module, type DynamicModule, type OnApplicationBootstrap } from '@nestjs/common';
import type { AnyAggregateClass } from '../domain/index.js';
import {
  checkedDataSourceName,
  checkedOptions,
  EventSourcingCoreModule,
  EventSourcingFeatureModule,
  InProcessPublisher,
  storeTokens,
  type EventSourcingModuleOptions,
} from '../nest/index.js';
import { InMemoryJournal } from '../store/index.js';

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
export class EventSourcingTestingModule implements OnApplicationBootstrap {
  constructor(private readonly publisher: InProcessPublisher) {}

  /** An event store in memory. @param options as of `EventSourcingModule.forRoot`. */
  static forRoot({ now, ...options }: EventSourcingTestingOptions = {}): DynamicModule {
    const dataSource = checkedDataSourceName(options.dataSource);
    const core = EventSourcingCoreModule.forStore({
      dataSource,
      options: [{ provide: storeTokens.options(dataSource), useValue: checkedOptions(options, dataSource) }],
      journal: { provide: storeTokens.journal(dataSource), useFactory: () => new InMemoryJournal(now) },
    });
    return { module: EventSourcingTestingModule, imports: [core] };
  }

  /** As `EventSourcingModule.forFeature`. */
  static forFeature(aggregates: readonly AnyAggregateClass[], dataSource?: string): DynamicModule {
    return EventSourcingFeatureModule.forAggregates(aggregates, checkedDataSourceName(dataSource));
  }

  onApplicationBootstrap(): void {
    this.publisher.open();
  }
}
