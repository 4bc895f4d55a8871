import { Logger, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { eventAliases, type DomainModel } from '../domain/index.js';
import {
  EventSchemaError,
  type EventContract,
  type SchemaProblem,
  type SchemaRegistry,
} from '../schema/index.js';
import type { EventStore, Journal } from '../store/index.js';
import type { EventSourcingModuleOptions } from './event-sourcing-options.js';
import type { UpcastExplorer } from './upcast.explorer.js';

/** Makes an event store ready when the application starts, its schemas, then its journal, and lets it finish. */
export class StoreLifecycle implements OnModuleInit, BeforeApplicationShutdown {
  constructor(
    private readonly options: EventSourcingModuleOptions,
    private readonly model: DomainModel,
    private readonly schemas: SchemaRegistry,
    private readonly journal: Journal,
    private readonly store: EventStore,
    private readonly upcasts: UpcastExplorer,
  ) {}

  /**
   * @throws EventSchemaError with all problems of all schemas, unless they are only to be logged; what is wrong with the
   * files is told also where the journal cannot be asked. Also for events without a schema that are stored in Avro.
   */
  async onModuleInit(): Promise<void> {
    this.model.addUpcasts(this.upcasts.explore());
    const contracts = contractsOf(this.model);
    const { schemas } = this.options;
    const problems = schemas ? this.schemas.load(schemas, contracts) : [];
    try {
      await this.journal.prepare();
      if (schemas) problems.push(...(await this.store.compareSchemas(contracts)));
    } catch (error) {
      this.#report(problems);
      throw error;
    }
    this.#report(problems);
    this.#assertEncodable(contracts);
    if (!schemas) warnOfIdleUpcasts(contracts);
  }

  /** The data source is closed next; what is on its way to it is answered first. */
  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all([this.store.stopImports(), this.store.settled()]);
  }

  /** What has no schema cannot be stored in Avro: that is no problem to be only warned of. */
  #assertEncodable(contracts: readonly EventContract[]): void {
    const inAvro = new Set(
      this.model.aggregates
        .filter(({ encoding = this.options.encoding }) => encoding === 'avro')
        .map(({ name }) => name),
    );
    const missing = contracts.filter(
      ({ aggregateType, eventType }) =>
        inAvro.has(aggregateType) && !this.schemas.newest(aggregateType, eventType),
    );
    if (missing.length > 0) throw new EventSchemaError(missing.map(unencodable));
  }

  #report(problems: readonly SchemaProblem[]): void {
    if (problems.length === 0) return;
    const error = new EventSchemaError(problems);
    if (this.options.schemas?.onProblem !== 'warn') throw error;
    new Logger('EventSourcingModule').warn(error.message);
  }
}

function unencodable({ aggregateType, eventType, eventClass }: EventContract): SchemaProblem {
  return {
    code: 'SCHEMA_MISSING',
    aggregate: aggregateType,
    event: eventType,
    message:
      `${eventClass} is to be stored in Avro (encoding: 'avro') but has no schema that can be used. ` +
      `Add ${aggregateType}/v1_${eventType}.json to the directory of the option schemas.directory.`,
  };
}

/** Without schemas events have no versions, so nothing leads from one to the next. */
function warnOfIdleUpcasts(contracts: readonly EventContract[]): void {
  const steps = new Set(contracts.flatMap(({ upcasts }) => [...(upcasts?.values() ?? [])]));
  if (steps.size === 0) return;
  const places = [...steps].map(({ place }) => place).join(', ');
  new Logger('EventSourcingModule').warn(
    `@Upcast never runs where events have no schemas: ${places}. Set the option schemas.directory, or remove the methods.`,
  );
}

function contractsOf(model: DomainModel): EventContract[] {
  return model.aggregates.flatMap((aggregate) =>
    [...aggregate.eventTypes].map(([eventClass, eventType]) => ({
      aggregateType: aggregate.name,
      eventType,
      eventClass: eventClass.name,
      aliases: eventAliases(eventClass),
      upcasts: model.upcasts(eventClass),
    })),
  );
}
