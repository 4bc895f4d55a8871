import { v7 as uuidv7 } from 'uuid';

const BYTES = 16;
/** Enough for many ids: asking the system for the bytes of each by itself takes far longer than all else. */
const pool = new Uint8Array(BYTES * 256);
let used = pool.length;
let msecs = 0;
let seq = 0;

/** A new UUID, version 7. Those of one process grow, also within a millisecond, so that indexes grow at their end. */
export function newEventId(): string {
  const random = takeRandom();
  const now = Date.now();
  if (now > msecs) {
    msecs = now;
    // From 31 bits there is room to count up to 32, whatever happens within a millisecond.
    seq = new DataView(random.buffer, random.byteOffset).getUint32(0) >>> 1;
  } else {
    seq += 1;
  }
  return uuidv7({ random, msecs, seq });
}

function takeRandom(): Uint8Array {
  if (used === pool.length) {
    crypto.getRandomValues(pool);
    used = 0;
  }
  used += BYTES;
  return pool.subarray(used - BYTES, used);
}
