import { ENVELOPE, load, record, removeSchemaDirectories, schemaOf, violations } from './schema-directory.js';

afterAll(removeSchemaDirectories);

const MILLIS = { type: 'long', logicalType: 'timestamp-millis' };

describe('envelope fields in a schema', () => {
  const names = ['entity_id', 'aggregateId', 'domain_event_id', 'eventId', 'eventType', 'aggregate_type'];

  it('are filled from the envelope', () => {
    const fields = Object.fromEntries(names.map((name) => [name, 'string']));
    const schema = schemaOf({ ...fields, entityVersion: 'int', schema_version: 'int', label: 'string' });
    expect(violations(schema, { label: 'a' })).toEqual([]);
  });

  it('may have versions declared as strings, as the schemas of djangoevents do', () => {
    const django = record(
      {
        entity_id: 'string',
        entity_version: 'string',
        domain_event_id: 'string',
        schema_version: ['null', 'string'],
        label: 'string',
      },
      { namespace: 'services.todo', doc: 'a todo is created' },
    );
    const { registry, problems } = load({ 'todo/v1_todo_created.json': django });
    expect(problems).toEqual([]);
    const schema = registry.newest('todo', 'todo_created');
    const payload = Object.freeze({ label: 'a' });
    expect(schema?.check(payload, ENVELOPE)).toEqual([]);
  });

  it('are taken from the payload if it has them', () => {
    const schema = schemaOf({ entity_id: 'string' });
    expect(violations(schema, { entity_id: 5 })).toEqual([['entity_id', 'string', 'number 5']]);
  });

  it('do not hide a key __proto__ of the payload', () => {
    const payload = JSON.parse('{ "__proto__": { "entity_id": "x" } }');
    expect(violations(schemaOf({ entity_id: 'string' }), payload).map(([path]) => path)).toEqual([
      '__proto__',
    ]);
  });

  it('are undeclared like any other field if the schema does not name them', () => {
    expect(violations(schemaOf({}), { entity_id: 'x' })).toEqual([
      ['entity_id', 'no such field', 'string "x"'],
    ]);
  });

  it('cannot be what is known only after storing', () => {
    const { problems } = load({
      'todo/v1_todo_created.json': record({ position: 'long', createdAt: MILLIS, metadata: 'string' }),
    });
    expect(problems.map(({ code, path }) => [code, path])).toEqual([
      ['SCHEMA_RESERVED_FIELD', 'position'],
      ['SCHEMA_RESERVED_FIELD', 'createdAt'],
      ['SCHEMA_RESERVED_FIELD', 'metadata'],
    ]);
    expect(problems[0]?.message).toMatch(/rename the field\.$/);
  });
});
