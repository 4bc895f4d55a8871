import { setImmediate as nextTurn } from 'node:timers/promises';

/**
 * Lets a statement that was begun be sent, so that the database works on it meanwhile.
 *
 * Nobody has to wait for its answer: who stops reading does not hear of its failure.
 */
export async function sendAhead(answer: Promise<unknown>): Promise<void> {
  answer.catch(() => undefined);
  // The pool sends in a later turn of the event loop, for which the work on what has been read would not make room.
  await nextTurn();
}
