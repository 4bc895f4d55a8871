import type { EventEnvelope, UpcastStep } from '../../domain/index.js';
import { ENVELOPE_FIELDS } from '../envelope-fields.js';
import type { EventSchema } from '../event-schema.js';
import type { EventSchemas } from '../event-schemas.js';
import { SchemaResolution } from '../resolution/schema-resolution.js';
import type { SchemaProblem } from '../schema-problem.js';
import { runUpcast } from './upcast-run.js';

/** Neither Avro's rules nor hand-written steps lead from a version to the newest. */
export class NoWayError extends Error {
  constructor(from: EventSchema | undefined, newest: EventSchema | undefined) {
    const gaps = from && newest ? resolutionOf(from, newest).incompatibilities : [];
    const list = gaps.map(({ path, problem }) => (path === '' ? problem : `at ${path}, ${problem}`));
    super(
      `neither the rules of Avro nor an @Upcast lead to version ${newest?.version}, the newest one here` +
        (list.length === 0 ? '' : ` (${list.join('; ')})`),
    );
  }
}

/** Turns the payload of one version into that of a later one. */
type Move = (payload: Record<string, unknown>, envelope: EventEnvelope) => Record<string, unknown>;

/** The moves from a version to the newest, in order. */
type Way = readonly Move[];

const ARRIVED: Way = [];

/** How the stored payloads of one event, of whatever version, become payloads of the newest. */
export class EventEvolution {
  readonly #schemas: EventSchemas;
  readonly #ways = new Map<number, Way | undefined>();
  /** Schemas that are in no file. */
  readonly #learned = new Map<number, EventSchema>();

  constructor(schemas: EventSchemas) {
    this.#schemas = schemas;
  }

  /** The version that payloads come out in; `undefined` when the event has no usable schema, and they are left alone. */
  get newest(): EventSchema | undefined {
    return this.#schemas.newest;
  }

  /** Whether the files say how payloads of a version are read; others have to be learned. */
  knows(version: number): boolean {
    return this.#schema(version) !== undefined;
  }

  /** Takes a schema that is in no file, as the journal has kept it. */
  learn(schema: EventSchema): void {
    this.#learned.set(schema.version, schema);
    this.#ways.delete(schema.version);
  }

  /** Whether payloads of a version can be turned into the newest. */
  reaches(version: number): boolean {
    return this.#way(version) !== undefined;
  }

  /**
   * A payload of a version as one of the newest version; the given one is not changed.
   *
   * @throws NoWayError; UpcastFailedError; ResolutionError where the payload is none of its version
   */
  toNewest(
    version: number,
    payload: Record<string, unknown>,
    envelope: EventEnvelope,
  ): Record<string, unknown> {
    const way = this.#way(version);
    if (!way) throw new NoWayError(this.#schema(version), this.newest);
    let current = payload;
    for (const move of way) current = move(current, envelope);
    return current;
  }

  #schema(version: number): EventSchema | undefined {
    return this.#schemas.versions.get(version) ?? this.#learned.get(version);
  }

  #way(version: number): Way | undefined {
    if (version === this.newest?.version) return ARRIVED;
    if (!this.#ways.has(version)) {
      const schema = this.#schema(version);
      this.#ways.set(version, schema && this.#leave(schema));
    }
    return this.#ways.get(version);
  }

  /** Goes as far as Avro's rules reach, at most to the next hand-written step, and on from there. */
  #leave(schema: EventSchema): Way | undefined {
    const { newest } = this;
    if (!newest) return ARRIVED;
    const { version } = schema;
    if (version > newest.version) return resolve(schema, newest, ARRIVED);
    const { upcasts } = this.#schemas.contract;
    const step = upcasts?.get(version);
    if (step) return this.#upcast(step);
    let stop = version + 1;
    while (stop < newest.version && !upcasts?.has(stop)) stop += 1;
    for (let target = stop; target > version; target -= 1) {
      const next = this.#schemas.versions.get(target);
      const rest = next && this.#way(target);
      const way = next && rest && resolve(schema, next, rest);
      if (way) return way;
    }
    return undefined;
  }

  #upcast(step: UpcastStep): Way | undefined {
    const next = this.#schemas.versions.get(step.from + 1);
    const rest = next && this.#way(next.version);
    return rest && [(payload, envelope) => runUpcast(step, next, payload, envelope), ...rest];
  }
}

function resolve(writer: EventSchema, reader: EventSchema, rest: Way): Way | undefined {
  const resolution = resolutionOf(writer, reader);
  return resolution.compatible ? [(payload) => resolution.convert(payload), ...rest] : undefined;
}

function resolutionOf(writer: EventSchema, reader: EventSchema): SchemaResolution {
  return SchemaResolution.between(writer.tree, reader.tree, { provided: ENVELOPE_FIELDS });
}

/** The versions that cannot be read as the newest. */
export function deadEnds(schemas: EventSchemas): SchemaProblem[] {
  const evolution = new EventEvolution(schemas);
  const { contract, unbroken, newest } = schemas;
  return unbroken
    .filter(({ version }) => !evolution.reaches(version))
    .map(({ version, file, aggregateType: aggregate, eventType: event }) => ({
      code: 'SCHEMA_NO_WAY',
      message:
        `Events stored as version ${version} (${file}) cannot be read as version ${newest?.version} ` +
        `(${newest?.file}); write an @Upcast(${contract.eventClass}, { from: … }) over the version that breaks it.`,
      file,
      aggregate,
      event,
      version,
    }));
}
