import { InMemorySchemaArchive } from '../../../src/store/index.js';
import { describeSchemaArchive } from '../../contract/schema-archive.contract.js';

describeSchemaArchive('memory', async () => new InMemorySchemaArchive());
