import { InMemoryJournal } from '../../../src/store/index.js';
import { describeEventStore } from '../../contract/event-store.contract.js';

describeEventStore('memory', async () => new InMemoryJournal());
