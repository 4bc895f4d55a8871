import { createHash } from 'node:crypto';
import { installReadFunctions, READ_FUNCTIONS_VERSION } from '../../../src/typeorm/read-functions.js';

describe('the functions that read', () => {
  it('have another version when they are others, or deployments beside each other would call the wrong ones', async () => {
    const hash = createHash('sha256');
    const table = (name: string) => ({ path: `"${name}"`, name, schemaPrefix: '', guard: '' });
    await installReadFunctions(
      { query: async <T>(sql: string) => void hash.update(sql.replaceAll(/\s+/g, ' ')) as T },
      { journal: table('event_journal'), snapshot: table('event_snapshot') },
    );
    expect([READ_FUNCTIONS_VERSION, hash.digest('hex').slice(0, 16)]).toEqual([1, '7df4ca3e70513af5']);
  });
});
