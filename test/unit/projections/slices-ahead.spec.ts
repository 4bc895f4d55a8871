import { SlicesAhead } from '../../../src/projections/slices-ahead.js';
import type { UnitWorkerParts } from '../../../src/projections/unit-worker-parts.js';
import type { EventFeed, FeedSlice, SliceQuery } from '../../../src/store/index.js';

function slicesOf(feed: Pick<EventFeed, 'slice' | 'known'>): SlicesAhead {
  return new SlicesAhead({
    definition: { types: [], batchSize: 10 },
    lease: { unit: { partition: 0 } },
    state: { partitions: 1 },
    feed,
  } as unknown as UnitWorkerParts);
}

describe('slices fetched ahead', () => {
  it('tell of the end although more is written all the time', async () => {
    let fetched = 0;
    const slice = async ({ after }: SliceQuery): Promise<FeedSlice> => {
      fetched += 1;
      // Much at first; then always a little that is new.
      return { events: [], upTo: after + 1n, more: fetched === 1 };
    };
    const slices = slicesOf({ slice, known: () => undefined });
    const mores = [];
    for (let after = 0n; after < 3n; after += 1n) mores.push((await slices.next(after)).more);
    expect(mores).toEqual([true, true, false]);
  });

  it('tell of the end although this process knows what comes next all the time', async () => {
    const asked: string[] = [];
    const answer =
      (how: string, more: boolean) =>
      ({ after }: SliceQuery): FeedSlice => {
        asked.push(how);
        return { events: [], upTo: after + 1n, more };
      };
    const read = answer('read', false);
    const slices = slicesOf({ slice: async (query) => read(query), known: answer('known', true) });
    for (let after = 0n; after < 4n; after += 1n) await slices.next(after);
    expect(asked).toEqual(['known', 'read', 'known', 'read']);
  });
});
