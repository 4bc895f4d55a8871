import { SlicesAhead } from '../../../src/projections/slices-ahead.js';
import type { UnitWorkerParts } from '../../../src/projections/unit-worker-parts.js';
import type { FeedSlice, SliceQuery } from '../../../src/store/index.js';

describe('slices fetched ahead', () => {
  it('tell of the end although more is written all the time', async () => {
    let fetched = 0;
    const slice = async ({ after }: SliceQuery): Promise<FeedSlice> => {
      fetched += 1;
      // Much at first; then always a little that is new.
      return { events: [], upTo: after + 1n, more: fetched === 1 };
    };
    const slices = new SlicesAhead({
      definition: { types: [], batchSize: 10 },
      lease: { unit: { partition: 0 } },
      state: { partitions: 1 },
      feed: { slice },
    } as unknown as UnitWorkerParts);
    const mores = [];
    for (let after = 0n; after < 3n; after += 1n) mores.push((await slices.next(after)).more);
    expect(mores).toEqual([true, true, false]);
  });
});
