import { ENVELOPE_FIELDS } from '../envelope-fields.js';
import type { EventSchema } from '../event-schema.js';
import type { EventSchemas } from '../event-schemas.js';
import { SchemaResolution } from '../resolution/schema-resolution.js';
import type { Incompatibility } from '../resolution/schema-resolution.js';
import type { SchemaProblem } from '../schema-problem.js';
import type { CompatibilityMode } from './compatibility-mode.js';

/** Two versions of an event, one of which has to be able to read the other. */
interface Pair {
  readonly older: EventSchema;
  readonly newer: EventSchema;
}

/**
 * Checks that the versions of an event can read each other as the mode asks.
 *
 * A hand-written step between two versions makes any change between them legal.
 *
 * @param upcastFrom the versions that such steps take.
 */
export function compatibilityProblems(
  schemas: EventSchemas,
  mode: CompatibilityMode,
  upcastFrom: ReadonlySet<number>,
): SchemaProblem[] {
  if (mode === 'none') return [];
  const [direction, transitive] = [mode.split('-')[0], mode.endsWith('-transitive')];
  const pairs = pairsOf(schemas.unbroken, transitive).filter(({ older, newer }) =>
    [...upcastFrom].every((from) => from < older.version || from >= newer.version),
  );
  const gate = new CompatibilityGate(schemas.contract.eventClass, mode);
  for (const pair of pairs) {
    if (direction !== 'forward') gate.checkBackward(pair);
    if (direction !== 'backward') gate.checkForward(pair);
  }
  return gate.problems;
}

/** The nearest older version comes first, so that a break is reported where it was made. */
function pairsOf(versions: readonly EventSchema[], transitive: boolean): Pair[] {
  return versions.flatMap((newer, index) =>
    versions
      .slice(transitive ? 0 : Math.max(0, index - 1), index)
      .map((older) => ({ older, newer }))
      .reverse(),
  );
}

class CompatibilityGate {
  readonly problems: SchemaProblem[] = [];
  readonly #seen = new Set<string>();

  constructor(
    private readonly eventClass: string,
    private readonly mode: CompatibilityMode,
  ) {}

  checkBackward({ older, newer }: Pair): void {
    for (const found of incompatibilities(older, newer)) {
      const next = older.version + 1 === newer.version ? '' : ` (from ${older.version} or a later version)`;
      const upcast =
        `write an @Upcast(${this.eventClass}, { from: ${newer.version - 1} })${next} ` +
        `and say so with "upcast": true in the schema`;
      const message =
        `${newer.file}${at(found)} cannot read what was written with ${older.file}: ${found.problem}; ` +
        `${found.cure}, or ${upcast}.`;
      this.#report('backward', { older, newer }, found, message);
    }
  }

  checkForward({ older, newer }: Pair): void {
    for (const found of incompatibilities(newer, older)) {
      const message =
        `${older.file}${at(found)} cannot read what will be written with ${newer.file}, as compatibility ` +
        `"${this.mode}" asks: ${found.problem}; change ${newer.file} so that it can.`;
      this.#report('forward', { older, newer }, found, message);
    }
  }

  /** A break shows again in every pair around it; it is reported once for the version that made it. */
  #report(way: string, { older, newer }: Pair, { path, problem }: Incompatibility, message: string): void {
    const what = `${way} ${path} ${problem}`;
    const [below, above] = [`${newer.version} ${what}`, `${what} ${older.version}`];
    const known = this.#seen.has(below) || this.#seen.has(above);
    this.#seen.add(below).add(above);
    if (known) return;
    const { file, version, aggregateType: aggregate, eventType: event } = newer;
    this.problems.push({ code: 'SCHEMA_INCOMPATIBLE', message, file, aggregate, event, version, path });
  }
}

function incompatibilities(writer: EventSchema, reader: EventSchema): readonly Incompatibility[] {
  return SchemaResolution.between(writer.tree, reader.tree, { provided: ENVELOPE_FIELDS }).incompatibilities;
}

function at({ path }: Incompatibility): string {
  return path === '' ? '' : ` at ${path}`;
}
