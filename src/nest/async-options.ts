import type { Provider } from '@nestjs/common';
import { checkedOptions } from './checked-options.js';
import { EventSourcingConfigurationError } from './configuration.error.js';
import type {
  EventSourcingModuleAsyncOptions,
  EventSourcingOptionsFactory,
} from './event-sourcing-options.js';
import { storeTokens } from './store-tokens.js';

/**
 * The providers of options that come from a factory, checked when they are there.
 *
 * @throws EventSourcingConfigurationError unless there is exactly one of `useFactory`, `useClass` and `useExisting`.
 */
export function asyncOptionsProviders(
  options: EventSourcingModuleAsyncOptions,
  dataSource: string,
): Provider[] {
  const { useFactory, useClass, useExisting, inject = [] } = options;
  const provide = storeTokens.options(dataSource);
  if ([useFactory, useClass, useExisting].filter(Boolean).length !== 1) {
    throw new EventSourcingConfigurationError(
      'EventSourcingModule.forRootAsync needs exactly one of useFactory, useClass and useExisting',
      'For example: forRootAsync({ inject: [ConfigService], useFactory: (config) => ({ … }) }).',
    );
  }
  if (useFactory) {
    const create = useFactory as (...dependencies: unknown[]) => unknown;
    const checked = async (...dependencies: unknown[]): Promise<unknown> =>
      checkedOptions(await create(...dependencies), dataSource);
    return [{ provide, useFactory: checked, inject }];
  }
  const factory = (useClass ?? useExisting)!;
  const checked = async (source: EventSourcingOptionsFactory): Promise<unknown> => {
    if (typeof source.createEventSourcingOptions !== 'function') {
      throw new EventSourcingConfigurationError(
        `${factory.name}, given to EventSourcingModule.forRootAsync, has no method createEventSourcingOptions`,
        'Let it implement EventSourcingOptionsFactory.',
      );
    }
    return checkedOptions(await source.createEventSourcingOptions(), dataSource);
  };
  return [...(useClass ? [useClass] : []), { provide, useFactory: checked, inject: [factory] }];
}
