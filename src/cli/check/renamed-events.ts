import { schemaDifferences } from '../../schema/index.js';
import type { EventSchemas } from '../../schema/index.js';

/**
 * Finds the events that are there under another name, each event that was added standing for one at most.
 *
 * An event has another name if all its versions are there under the same record name, or under one that lists the
 * earlier one as alias. In another aggregate, its event type has to be the same.
 *
 * @param gone events of which no version is left.
 * @param added events that were not there earlier.
 */
export function renamedEvents(
  gone: readonly EventSchemas[],
  added: readonly EventSchemas[],
): ReadonlySet<EventSchemas> {
  const stands = new Map<EventSchemas, EventSchemas>();
  const place = (event: EventSchemas, isNear: NearTest, tried: Set<EventSchemas>): boolean =>
    added.some((candidate) => {
      if (tried.has(candidate) || !isNear(event, candidate) || !isSame(event, candidate)) return false;
      tried.add(candidate);
      const other = stands.get(candidate);
      // Whoever has the place already may find another.
      if (other && !place(other, isNear, tried)) return false;
      stands.set(candidate, event);
      return true;
    });
  const placed = new Set<EventSchemas>();
  for (const isNear of [inAggregate, inAggregateOrAlike]) {
    for (const event of gone) if (!placed.has(event) && place(event, isNear, new Set())) placed.add(event);
  }
  return placed;
}

type NearTest = (was: EventSchemas, is: EventSchemas) => boolean;

function inAggregate({ contract: was }: EventSchemas, { contract: is }: EventSchemas): boolean {
  return was.aggregateType === is.aggregateType;
}

function inAggregateOrAlike(was: EventSchemas, is: EventSchemas): boolean {
  return inAggregate(was, is) || was.contract.eventType === is.contract.eventType;
}

function isSame(was: EventSchemas, is: EventSchemas): boolean {
  return [...was.versions].every(([version, { tree }]) => {
    const now = is.versions.get(version)?.tree;
    const { name, simpleName, aliases } = tree;
    if (!now || ![now.name, ...now.aliases].includes(name)) return false;
    return schemaDifferences(tree, { ...now, name, simpleName, aliases }).length === 0;
  });
}
