import { InvalidArgumentError } from 'nestevents';
import { InMemorySchemaArchive } from '../../../src/store/index.js';
import { describeSchemaArchive, writtenSchema } from '../../contract/schema-archive.contract.js';

describeSchemaArchive('memory', async () => new InMemorySchemaArchive());

it('a schema archive in memory refuses a transaction', async () => {
  const archive = new InMemorySchemaArchive();
  const schema = writtenSchema();
  await expect(archive.keep([schema], {})).rejects.toThrow(InvalidArgumentError);
  expect(await archive.find([schema.eventType])).toEqual([]);
});
