import { schemaDifferences } from '../../schema/index.js';
import type {
  EventSchema,
  EventSchemas,
  SchemaDifference,
  SchemaDirectory,
  SchemaProblem,
} from '../../schema/index.js';

/** Differences that a message lists; the rest is counted. */
const SHOWN = 10;

/** The schemas as they are now. */
export interface PresentSchemas {
  readonly events: readonly EventSchemas[];
  readonly files: SchemaDirectory['files'];
}

/**
 * Finds versions that were there earlier and are gone, or mean something else now.
 *
 * An event whose versions are all found under a new name was renamed, which is no problem. Files that cannot be
 * loaded any more are not compared: what is wrong with them is known already.
 *
 * @param ref names the earlier state in messages.
 */
export function problemsSince(
  ref: string,
  earlier: readonly EventSchemas[],
  { events, files }: PresentSchemas,
): SchemaProblem[] {
  const known = new Set(earlier.map(keyOf));
  const added = events.filter((event) => !known.has(keyOf(event)));
  const present = new Map(events.map((event) => [keyOf(event), event]));
  const taken = new Set(files.map(({ folder, event }) => `${folder}/${event?.eventType}/${event?.version}`));
  return earlier.flatMap((event) => {
    const gone: SchemaProblem[] = [];
    const changed: SchemaProblem[] = [];
    for (const [version, schema] of event.versions) {
      const now = present.get(keyOf(event))?.versions.get(version);
      if (now) changed.push(...changes(schema, now, ref));
      else if (!taken.has(`${keyOf(event)}/${version}`)) gone.push(removal(schema, ref));
    }
    return gone.length === event.versions.size && isRenamed(event, added) ? [] : [...gone, ...changed];
  });
}

function keyOf({ contract: { aggregateType, eventType } }: EventSchemas): string {
  return `${aggregateType}/${eventType}`;
}

/** Whether an added event has all versions, under the same record name or one that lists the earlier one as alias. */
function isRenamed(event: EventSchemas, added: readonly EventSchemas[]): boolean {
  return added.some(({ versions }) =>
    [...event.versions].every(([version, { tree }]) => {
      const now = versions.get(version)?.tree;
      const { name, simpleName, aliases } = tree;
      if (!now || ![now.name, ...now.aliases].includes(name)) return false;
      return schemaDifferences(tree, { ...now, name, simpleName, aliases }).length === 0;
    }),
  );
}

function removal(schema: EventSchema, ref: string): SchemaProblem {
  const message =
    `${schema.file} was there at ${ref} and is gone; put it back, as events stored with it cannot be read without. ` +
    `If the event was renamed, keep all its versions under the new name, with the earlier name of the record in "aliases", ` +
    `and the earlier event type in @EventType(…, { aliases }).`;
  return { code: 'SCHEMA_REMOVED', message, ...placeOf(schema) };
}

function changes(was: EventSchema, now: EventSchema, ref: string): SchemaProblem[] {
  if (was.fingerprint === now.fingerprint) return [];
  const differences = schemaDifferences(was.tree, now.tree);
  const [only, ...others] = differences;
  const shown = differences.slice(0, SHOWN).map(describe).join('; ');
  const more = differences.length > SHOWN ? `; and ${differences.length - SHOWN} more` : '';
  const message =
    `${now.file} means something else than at ${ref}: ${shown}${more}. ` +
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
