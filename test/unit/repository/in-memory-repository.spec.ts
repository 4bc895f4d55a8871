import { InMemoryJournal } from '../../../src/store/index.js';
import { describeRepository } from '../../contract/aggregate-repository.contract.js';

describeRepository('memory', async () => new InMemoryJournal());
