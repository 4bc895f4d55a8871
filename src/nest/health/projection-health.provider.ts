import type { InjectionToken, Provider } from '@nestjs/common';
import type { ProjectionManager } from '../../projections/index.js';
import { DEFAULT_DATA_SOURCE, getProjectionManagerToken } from '../tokens.js';
import { ProjectionHealthIndicator } from './projection-health-indicator.js';

/** The token of the health indicator of a data source's durable handlers; the class itself for the default one. */
export function getProjectionHealthIndicatorToken(dataSource: string = DEFAULT_DATA_SOURCE): InjectionToken {
  return dataSource === DEFAULT_DATA_SOURCE
    ? ProjectionHealthIndicator
    : `${dataSource}ProjectionHealthIndicator`;
}

/** Makes the health indicator of a data source's durable handlers. */
export function projectionHealthProvider(dataSource: string): Provider {
  return {
    provide: getProjectionHealthIndicatorToken(dataSource),
    useFactory: (manager: ProjectionManager) => new ProjectionHealthIndicator(manager),
    inject: [getProjectionManagerToken(dataSource)],
  };
}
