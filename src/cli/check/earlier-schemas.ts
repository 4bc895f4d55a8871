import { schemaDifferences } from '../../schema/index.js';
import type {
  EventSchema,
  EventSchemas,
  SchemaDifference,
  SchemaDirectory,
  SchemaProblem,
} from '../../schema/index.js';
import { ChangedFiles } from './changed-files.js';
import { renamedEvents } from './renamed-events.js';

/** Differences that a message lists; the rest is counted. */
const SHOWN = 10;

/** The schemas of a directory at some time. */
export interface SchemaState {
  readonly events: readonly EventSchemas[];
  readonly files: SchemaDirectory['files'];
}

/**
 * Finds versions that were there earlier and are gone, or mean something else now.
 *
 * An event that was renamed is no problem. Files that cannot be loaded any more are not compared: what is wrong with
 * them is known already.
 *
 * @param ref names the earlier state in messages.
 */
export function problemsSince(ref: string, earlier: SchemaState, present: SchemaState): SchemaProblem[] {
  const known = new Set(earlier.events.map(keyOf));
  const added = present.events.filter((event) => !known.has(keyOf(event)));
  const now = new Map(present.events.map((event) => [keyOf(event), event]));
  const taken = new Set(
    present.files.map(({ folder, event }) => `${folder}/${event?.eventType}/${event?.version}`),
  );
  const gone = new Map(
    earlier.events.map((event) => {
      const versions = [...event.versions.values()];
      return [event, versions.filter(({ version }) => !taken.has(`${keyOf(event)}/${version}`))];
    }),
  );
  const whole = earlier.events.filter(
    (event) => event.versions.size > 0 && gone.get(event)?.length === event.versions.size,
  );
  const renamed = renamedEvents(whole, added);
  const changed = new ChangedFiles(earlier.files, present.files);
  return earlier.events.flatMap((event) => {
    const removals = renamed.has(event) ? [] : (gone.get(event) ?? []).map((schema) => removal(schema, ref));
    const changes = [...event.versions].flatMap(([version, schema]) => {
      const later = now.get(keyOf(event))?.versions.get(version);
      return later ? changesOf(schema, later, { ref, changed }) : [];
    });
    return [...removals, ...changes];
  });
}

function keyOf({ contract: { aggregateType, eventType } }: EventSchemas): string {
  return `${aggregateType}/${eventType}`;
}

function removal(schema: EventSchema, ref: string): SchemaProblem {
  const message =
    `${schema.file} was there at ${ref} and is gone; put it back, as events stored with it cannot be read without. ` +
    `If the event was renamed, keep all its versions under the new name, with the earlier name of the record in "aliases", ` +
    `and the earlier event type in @EventType(…, { aliases }).`;
  return { code: 'SCHEMA_REMOVED', message, ...placeOf(schema) };
}

function changesOf(
  was: EventSchema,
  now: EventSchema,
  { ref, changed }: { ref: string; changed: ChangedFiles },
): SchemaProblem[] {
  if (was.fingerprint === now.fingerprint) return [];
  const differences = schemaDifferences(was.tree, now.tree);
  const [only, ...others] = differences;
  const shown = differences.slice(0, SHOWN).map(describe).join('; ');
  const more = differences.length > SHOWN ? `; and ${differences.length - SHOWN} more` : '';
  const files = [...new Set([was, now].flatMap((schema) => changed.usedBy(schema)))].join(' and ');
  const cause = files === '' ? '' : ` It uses types of ${files}, which changed, too.`;
  const message =
    `${now.file} means something else than at ${ref}: ${shown}${more}.${cause} ` +
    `Put it back, as events may be stored with it, and make the change in a new version.`;
  const path = others.length === 0 ? only?.path : undefined;
  return [{ code: 'SCHEMA_CHANGED', message, ...placeOf(now), path }];
}

function describe({ path, was, is }: SchemaDifference): string {
  return `${path === '' ? 'the record' : path} was ${was}, is ${is}`;
}

function placeOf({
  aggregateType,
  eventType,
  version,
  file,
}: EventSchema): Omit<SchemaProblem, 'code' | 'message'> {
  return { file, aggregate: aggregateType, event: eventType, version };
}
