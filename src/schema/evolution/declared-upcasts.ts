import type { UpcastStep } from '../../domain/index.js';
import type { EventSchema } from '../event-schema.js';
import type { EventSchemas } from '../event-schemas.js';
import { isJsonObject } from '../json-object.js';
import type { SchemaProblem } from '../schema-problem.js';

/** Where hand-written steps stand between the versions of an event, and what is wrong with that. */
export interface DeclaredUpcasts {
  /** The versions that such a step takes. */
  readonly from: ReadonlySet<number>;
  readonly problems: SchemaProblem[];
}

/**
 * Finds the versions that are left by hand: by `@Upcast`, or where there is only the directory to go by, as the
 * attribute `"upcast": true` of the next version's schema says.
 */
export function declaredUpcasts(schemas: EventSchemas): DeclaredUpcasts {
  const { contract } = schemas;
  const announced = schemas.unbroken.filter(({ definition }) => attributeOf(definition) === true);
  const from = new Set([
    ...announced.map(({ version }) => version - 1).filter((version) => version > 0),
    ...(contract.upcasts?.keys() ?? []),
  ]);
  return { from, problems: missingSteps(schemas, announced) };
}

function missingSteps({ contract }: EventSchemas, announced: readonly EventSchema[]): SchemaProblem[] {
  return announced.flatMap((schema) => {
    const { file, version, aggregateType: aggregate, eventType: event } = schema;
    const from = version - 1;
    if (from > 0 && (!contract.upcasts || contract.upcasts.has(from))) return [];
    const what =
      from > 0 ? `there is no @Upcast(${contract.eventClass}, { from: ${from} })` : 'it is the first';
    const cure = from > 0 ? 'write it in a provider, or remove the attribute' : 'remove the attribute';
    const message = `${file} says "upcast": true, but ${what}; ${cure}.`;
    return [{ code: 'SCHEMA_UPCAST_MISSING', message, file, aggregate, event, version }];
  });
}

/** Finds steps from versions that no aggregate has a next one for; aggregates that share an event share its steps. */
export function uselessSteps(events: readonly EventSchemas[]): SchemaProblem[] {
  const stepsOf = ({ contract }: EventSchemas): UpcastStep[] => [...(contract.upcasts?.values() ?? [])];
  const useful = new Set(
    events.flatMap((schemas) => stepsOf(schemas).filter(({ from }) => from < (schemas.newest?.version ?? 0))),
  );
  return events.flatMap((schemas) =>
    stepsOf(schemas)
      .filter((step) => !useful.has(step))
      .map((step) => uselessStep(schemas, step)),
  );
}

function uselessStep({ contract }: EventSchemas, { from, place }: UpcastStep): SchemaProblem {
  return {
    code: 'SCHEMA_UPCAST_UNUSED',
    message:
      `${place} upcasts ${contract.eventClass} from version ${from}, but its schemas have no version ${from + 1}; ` +
      `add v${from + 1}_${contract.eventType}.json, or remove the method.`,
    aggregate: contract.aggregateType,
    event: contract.eventType,
    version: from,
  };
}

function attributeOf(definition: unknown): unknown {
  return isJsonObject(definition) ? definition['upcast'] : undefined;
}
