import { InMemoryJournal } from '../../../src/store/index.js';
import { describeSchemaEvolution } from '../../contract/schema-evolution.contract.js';

const createJournal = async (): Promise<InMemoryJournal> => new InMemoryJournal();

describeSchemaEvolution('memory', createJournal, 'json');
describeSchemaEvolution('memory', createJournal, 'avro');
