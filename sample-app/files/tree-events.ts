import { FILE_EVENTS, type FileEvent } from './file.events.js';
import { CommitImported } from './imported-repository.aggregate.js';

/** All classes of events that tell what is in the tree of which commit. */
export const TREE_EVENTS = [CommitImported, ...FILE_EVENTS] as const;

/** Whatever tells what is in the tree of which commit. */
export type TreeEvent = CommitImported | FileEvent;

/** The repository of an event: the id of its oldest commit. */
export function repositoryOf(event: TreeEvent): string {
  return event instanceof CommitImported ? event.aggregateId : event.repository;
}
