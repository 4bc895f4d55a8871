import { EventSchemaError } from '../../../src/schema/index.js';

describe('EventSchemaError', () => {
  it('lists every problem on lines of its own, sorted by file', () => {
    const error = new EventSchemaError([
      { code: 'SCHEMA_NOT_JSON', message: 'Second; correct it.', file: 'avro/b.json' },
      { code: 'SCHEMA_UNKNOWN_NAME', message: 'First; define it.', file: 'avro/a.json', path: 'x.y' },
      { code: 'OTHER', message: 'No file.' },
    ]);
    expect(error.message).toBe(`Event schemas, 3 problems:

  OTHER
    No file.

  avro/a.json at x.y (SCHEMA_UNKNOWN_NAME)
    First; define it.

  avro/b.json (SCHEMA_NOT_JSON)
    Second; correct it.`);
    expect(error.code).toBe('EVENT_SCHEMA');
    expect(error.name).toBe('EventSchemaError');
    expect(error.problems.map(({ file }) => file)).toEqual([undefined, 'avro/a.json', 'avro/b.json']);
  });

  it('says of payloads that they were refused, and counts a single problem as one', () => {
    const error = new EventSchemaError([{ code: 'PAYLOAD_MISMATCH', message: 'Wrong.' }]);
    expect(error.message).toMatch(/^Event payload refused by its schema, 1 problem:\n/);
  });

  it('does not let a file name rewrite the terminal', () => {
    const error = new EventSchemaError([{ code: 'X', message: '\u001b[2J.', file: 'a\u001b[2J.json' }]);
    expect(error.message).not.toContain('\u001b');
  });
});
