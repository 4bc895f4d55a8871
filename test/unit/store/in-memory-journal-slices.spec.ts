import { InMemoryJournal } from '../../../src/store/index.js';
import { describeJournalSlices } from '../../contract/journal-slices.contract.js';

describeJournalSlices('memory', async () => new InMemoryJournal());
