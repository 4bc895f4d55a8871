import { InMemoryJournal } from '../../../src/store/index.js';
import { describeRandomAppends } from '../../contract/random-appends.contract.js';

describeRandomAppends('memory', async () => new InMemoryJournal());
