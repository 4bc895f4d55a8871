import { v7 as uuidv7 } from 'uuid';

const BYTES = 16;
/** Enough for many ids: asking the system for the bytes of each by itself takes ten times as long as all else. */
const random = new Uint8Array(BYTES * 256);
let used = random.length;

/** A new UUID, version 7. */
export function newEventId(): string {
  if (used === random.length) {
    crypto.getRandomValues(random);
    used = 0;
  }
  used += BYTES;
  return uuidv7({ random: random.subarray(used - BYTES, used) });
}
