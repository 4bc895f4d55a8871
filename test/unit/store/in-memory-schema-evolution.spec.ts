import { InMemoryJournal } from '../../../src/store/index.js';
import { describeSchemaEvolution } from '../../contract/schema-evolution.contract.js';

describeSchemaEvolution('memory', async () => new InMemoryJournal());
