import { InMemorySnapshotStorage } from '../../../src/snapshots/index.js';
import { InMemoryJournal } from '../../../src/store/index.js';
import { describeSnapshots } from '../../contract/snapshots.contract.js';

let time: number | undefined;

describeSnapshots('memory', {
  create: async () => {
    const journal = new InMemoryJournal(() => (time === undefined ? new Date() : new Date(time)));
    const setTime = async (milliseconds: number): Promise<void> => void (time = milliseconds);
    return { journal, storage: new InMemorySnapshotStorage(journal), setTime };
  },
  runs: 300,
});
