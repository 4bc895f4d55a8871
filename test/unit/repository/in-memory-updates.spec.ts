import { InMemoryJournal } from '../../../src/store/index.js';
import { describeUpdates } from '../../contract/aggregate-updates.contract.js';

describeUpdates('memory', async () => new InMemoryJournal());
