import { createHash } from 'node:crypto';
import { APPEND_FUNCTIONS_VERSION, installAppendFunctions } from '../../../src/typeorm/append-functions.js';

describe('the functions that append', () => {
  it('have another version when they are others, or deployments beside each other would call the wrong ones', async () => {
    const hash = createHash('sha256');
    await installAppendFunctions(
      { query: async <T>(sql: string) => void hash.update(sql.replaceAll(/\s+/g, ' ')) as T },
      { path: '"event_journal"', name: 'event_journal', schemaPrefix: '', guard: '' },
    );
    expect([APPEND_FUNCTIONS_VERSION, hash.digest('hex').slice(0, 16)]).toEqual([1, '86ea7f49ff5ebad4']);
  });
});
