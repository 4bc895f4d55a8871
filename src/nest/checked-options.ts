import { PAYLOAD_ENCODINGS } from '../domain/index.js';
import { COMPATIBILITY_MODES } from '../schema/index.js';
import { DEFAULT_DATA_SOURCE } from './tokens.js';
import { EventSourcingConfigurationError } from './configuration.error.js';
import type { EventSourcingModuleOptions } from './event-sourcing-options.js';

type Check = (value: unknown) => boolean;

const isBoolean: Check = (value) => typeof value === 'boolean';
const isText: Check = (value) => typeof value === 'string' && value !== '';
const isDuration: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 10;
const MILLISECONDS = 'a whole number of milliseconds from 10';
const oneOf =
  (...values: string[]): Check =>
  (value) =>
    values.includes(value as string);

const OPTIONS: Record<string, [Check, string]> = {
  dataSource: [isText, 'the name of a data source'],
  schemas: [
    (value) => typeof value === 'object' && value !== null,
    "an object such as { directory: 'avro' }",
  ],
  addSchemaVersionToEventData: [isBoolean, 'true or false'],
  encoding: [oneOf(...PAYLOAD_ENCODINGS), "'json' or 'avro'"],
  appendQueueLimit: [
    (value) => Number.isSafeInteger(value) && (value as number) >= 1,
    'a whole number of appends from 1',
  ],
  projections: [
    (value) => typeof value === 'object' && value !== null,
    'an object such as { pollInterval: 500 }',
  ],
  snapshots: [
    (value) => typeof value === 'object' && value !== null,
    'an object such as { every: 100 }; leave it out for none',
  ],
};

const SNAPSHOT_OPTIONS: Record<string, [Check, string]> = {
  every: [
    (value) => Number.isSafeInteger(value) && (value as number) >= 1 && (value as number) < 2 ** 31,
    'a whole number of events from 1',
  ],
};

const PROJECTION_OPTIONS: Record<string, [Check, string]> = {
  enabled: [isBoolean, 'true or false'],
  leaseFor: [isDuration, MILLISECONDS],
  pollInterval: [isDuration, MILLISECONDS],
  drainTimeout: [isDuration, MILLISECONDS],
};

const SCHEMA_OPTIONS: Record<string, [Check, string]> = {
  directory: [isText, 'the path of a directory'],
  validate: [oneOf('always', 'on-demand'), "'always' or 'on-demand'"],
  onProblem: [oneOf('throw', 'warn'), "'throw' or 'warn'"],
  compatibility: [
    oneOf(...COMPATIBILITY_MODES),
    `one of ${COMPATIBILITY_MODES.map((mode) => `'${mode}'`).join(', ')}`,
  ],
  allowUndeclaredFields: [isBoolean, 'true or false'],
};

/**
 * Checks the module's options, which may come from plain JavaScript or a configuration service.
 *
 * @param dataSource the name under which the module was configured.
 * @throws EventSourcingConfigurationError naming the option and what it may be.
 */
export function checkedOptions(options: unknown, dataSource: string): EventSourcingModuleOptions {
  const checked = checkEach(options, OPTIONS, '') as EventSourcingModuleOptions;
  if (checked.schemas) {
    const schemas = checkEach(checked.schemas, SCHEMA_OPTIONS, 'schemas.');
    if (schemas['directory'] === undefined) {
      throw new EventSourcingConfigurationError(
        'The option schemas.directory of EventSourcingModule is missing',
        "Name the directory of the Avro schemas: schemas: { directory: 'avro' }.",
      );
    }
  }
  if (checked.projections) checkEach(checked.projections, PROJECTION_OPTIONS, 'projections.');
  if (checked.snapshots) checkEach(checked.snapshots, SNAPSHOT_OPTIONS, 'snapshots.');
  if ((checked.dataSource ?? dataSource) !== dataSource) {
    throw new EventSourcingConfigurationError(
      `EventSourcingModule.forRootAsync was configured for the data source "${dataSource}" but its options name ` +
        `"${checked.dataSource}"`,
      `Name it beside the factory: forRootAsync({ dataSource: '${checked.dataSource}', useFactory: … }).`,
    );
  }
  return { ...checked, dataSource };
}

/** The name of the data source, as given to one of the module's methods. @throws EventSourcingConfigurationError */
export function checkedDataSourceName(name: unknown = DEFAULT_DATA_SOURCE): string {
  if (typeof name === 'string' && name !== '') return name;
  throw new EventSourcingConfigurationError(
    `The data source given to EventSourcingModule is ${JSON.stringify(name)}`,
    'Pass the name it has in TypeOrmModule.forRoot, or nothing for the default one.',
  );
}

function checkEach(options: unknown, checks: typeof OPTIONS, prefix: string): Record<string, unknown> {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new EventSourcingConfigurationError(
      `The options of EventSourcingModule are ${options === null ? 'null' : typeof options}`,
      'Pass an object; {} takes all defaults.',
    );
  }
  for (const [name, value] of Object.entries(options)) {
    const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
    if (!check) {
      throw new EventSourcingConfigurationError(
        `EventSourcingModule has no option ${prefix}${name}`,
        `Known are ${Object.keys(checks).join(', ')}.`,
      );
    }
    const [accepts, expected] = check;
    if (value !== undefined && !accepts(value)) {
      throw new EventSourcingConfigurationError(
        `The option ${prefix}${name} of EventSourcingModule is ${describe(value)}`,
        `It has to be ${expected}.`,
      );
    }
  }
  return options as Record<string, unknown>;
}

function describe(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}
