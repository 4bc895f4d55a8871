import { UnreadableValue } from './unreadable-value.js';

/** More than a payload can have; a value that goes round in a circle ends here. */
const MAX_DEPTH = 512;

/** Counts one more level. @throws UnreadableValue if there are too many */
export function deeper(depth: number): number {
  if (depth < MAX_DEPTH) return depth + 1;
  throw new UnreadableValue(`it is nested deeper than ${MAX_DEPTH} levels, or contains itself`, 'flatten it');
}
