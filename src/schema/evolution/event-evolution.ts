import type { EventEnvelope, UpcastStep } from '../../domain/index.js';
import { ENVELOPE_FIELDS } from '../envelope-fields.js';
import type { EventSchema } from '../event-schema.js';
import type { EventSchemas } from '../event-schemas.js';
import { SchemaResolution } from '../resolution/schema-resolution.js';
import type { SchemaProblem } from '../schema-problem.js';
import { declaredUpcasts } from './declared-upcasts.js';
import { UpcastRun } from './upcast-run.js';

/** Neither Avro's rules nor hand-written steps lead from a version to the newest. */
export class NoWayError extends Error {
  /** @param obstacle what is in the way, a clause. */
  constructor(newest: EventSchema | undefined, obstacle: string) {
    super(
      `neither the rules of Avro nor an @Upcast here lead to version ${newest?.version}, the newest one here (${obstacle})`,
    );
  }
}

/** What keeps a version from being read as the newest. */
export interface Obstacle {
  /** A clause, e.g. `at urgent, the field "urgent" is new and has no default`. */
  readonly reason: string;
  /** The one field it is about; `undefined` if there is none, or several. */
  readonly path?: string | undefined;
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
  /** Schemas that are in no file, or in one that does not count. */
  readonly #learned = new Map<number, EventSchema>();
  /** The versions that hand-written steps take, of this deployment and of others. */
  readonly #upcastFrom: Set<number>;

  constructor(schemas: EventSchemas) {
    this.#schemas = schemas;
    this.#upcastFrom = new Set(declaredUpcasts(schemas).from);
  }

  /** The version that payloads come out in; `undefined` when the event has no usable schema, and they are left alone. */
  get newest(): EventSchema | undefined {
    return this.#schemas.newest;
  }

  /** Whether the files say how payloads of a version are read; others have to be learned. */
  knows(version: number): boolean {
    return this.#schema(version) !== undefined;
  }

  /**
   * Takes a schema as the journal has kept it, where there is no file or another one was written with. The newest
   * version stays what its file says.
   *
   * @param upcastFrom the versions below it that hand-written steps take.
   */
  learn(schema: EventSchema, upcastFrom: readonly number[]): void {
    if (schema.version !== this.newest?.version) this.#learned.set(schema.version, schema);
    for (const from of upcastFrom) this.#upcastFrom.add(from);
    this.#ways.clear();
  }

  /** The versions below one that hand-written steps take, ascending. */
  stepsBelow(version: number): number[] {
    return [...this.#upcastFrom].filter((from) => from < version).sort((a, b) => a - b);
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
    if (!way) throw new NoWayError(this.newest, this.obstacle(version).reason);
    let current = payload;
    for (const move of way) current = move(current, envelope);
    return current;
  }

  /** What is in the way of a version that does not reach the newest. */
  obstacle(version: number): Obstacle {
    const { newest } = this;
    const schema = this.#schema(version);
    if (!newest || !schema) return { reason: `version ${version} has no usable schema` };
    const isNewer = version > newest.version;
    if (isNewer && this.#stepBetween(newest.version, version)) {
      return { reason: 'an @Upcast lies between the two, so what the fields mean need not be the same' };
    }
    const isStep = this.#schemas.contract.upcasts?.has(version) === true;
    const stop = isStep ? version + 1 : this.#stopAfter(version);
    const target = isNewer ? newest : this.#schema(stop);
    if (!target) return this.obstacle(stop);
    const gaps = isStep ? [] : resolutionOf(schema, target).incompatibilities;
    if (gaps.length === 0) return this.obstacle(target.version);
    const list = gaps.map(({ path, problem }) => (path === '' ? problem : `at ${path}, ${problem}`));
    const early = target === newest ? '' : `not even as version ${target.version}, `;
    return { reason: early + list.join('; '), path: gaps.length === 1 ? gaps[0]?.path : undefined };
  }

  #schema(version: number): EventSchema | undefined {
    return this.#learned.get(version) ?? this.#schemas.versions.get(version);
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
    if (version > newest.version) {
      return this.#stepBetween(newest.version, version) ? undefined : resolve(schema, newest, ARRIVED);
    }
    const step = this.#schemas.contract.upcasts?.get(version);
    if (step) return this.#upcast(step, schema);
    for (let target = this.#stopAfter(version); target > version; target -= 1) {
      const next = this.#schema(target);
      const rest = next && this.#way(target);
      const way = next && rest && resolve(schema, next, rest);
      if (way) return way;
    }
    return undefined;
  }

  /** The version up to which Avro's rules may take a version: where the next step is, else the newest. */
  #stopAfter(version: number): number {
    const { upcasts } = this.#schemas.contract;
    let stop = version + 1;
    while (stop < (this.newest?.version ?? 0) && !upcasts?.has(stop)) stop += 1;
    return stop;
  }

  /** A hand-written step between two versions would have to be taken backwards, which it cannot. */
  #stepBetween(older: number, newer: number): boolean {
    return this.stepsBelow(newer).some((from) => from >= older);
  }

  #upcast(step: UpcastStep, previous: EventSchema): Way | undefined {
    const next = this.#schema(step.from + 1);
    const rest = next && this.#way(next.version);
    if (!rest) return undefined;
    const upcast = new UpcastRun(step, previous, next);
    // As its own version, so that a step finds the defaults of fields that were left out, whatever version was stored.
    return resolve(previous, previous, [(payload, envelope) => upcast.run(payload, envelope), ...rest]);
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
    .map(({ version, file, aggregateType: aggregate, eventType: event }) => {
      const { reason, path } = evolution.obstacle(version);
      return {
        code: 'SCHEMA_NO_WAY',
        message:
          `Events stored as version ${version} (${file}) cannot be read as version ${newest?.version} ` +
          `(${newest?.file}): ${reason}; write an @Upcast(${contract.eventClass}, { from: … }) over the version that ` +
          `breaks it.`,
        file,
        aggregate,
        event,
        version,
        path,
      };
    });
}
