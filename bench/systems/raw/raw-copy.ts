import { randomUUID } from 'node:crypto';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Submittable } from 'pg';
import { readingOf } from '../../harness/reading.js';
import { loadPeer } from '../peers/peer-package.js';
import type { OpenRaw } from './raw-system.js';

/** Rows that are handed over at a time. */
const AT_ONCE = 500;

interface CopyStreams {
  readonly from: (sql: string) => Writable & Submittable;
}

/** Copies rows of new streams into the table, all or none. */
export async function copyRows(open: OpenRaw, name: string, events: number, streams: number): Promise<void> {
  const { from } = await loadPeer<CopyStreams>('pg-copy-streams');
  await open.connected(async (client) => {
    const copy = client.query(
      from('copy events (event_id, stream, version, type, data, metadata) from stdin'),
    );
    await pipeline(Readable.from(linesOf(name, events, streams)), copy);
  });
}

function* linesOf(name: string, events: number, streams: number): Generator<string> {
  for (let first = 0; first < events; first += AT_ONCE) {
    let lines = '';
    for (let n = first; n < Math.min(first + AT_ONCE, events); n += 1) {
      const columns = [
        randomUUID(),
        `${name}-${n % streams}`,
        Math.floor(n / streams) + 1,
        'reading_taken',
        JSON.stringify(readingOf(n)),
        JSON.stringify({ correlationId: randomUUID() }),
      ];
      // Nothing of this needs to be escaped.
      lines += `${columns.join('\t')}\n`;
    }
    yield lines;
  }
}
