import { InMemoryJournal } from '../../../src/store/index.js';
import { describeEventImport } from '../../contract/event-import.contract.js';

describeEventImport('memory', async () => new InMemoryJournal());
