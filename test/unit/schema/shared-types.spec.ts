import { ENVELOPE, load, record, removeSchemaDirectories, TODO_CREATED } from './schema-directory.js';

afterAll(removeSchemaDirectories);

const FILE = 'todo/v1_todo_created.json';
const address = (text: unknown = 'string', more: object = {}) => ({
  type: 'record',
  name: 'Address',
  fields: [{ name: 'text', type: text }],
  ...more,
});
const fieldsOf = (result: ReturnType<typeof load>) => {
  expect(result.problems).toEqual([]);
  return result.registry.newest('todo', 'todo_created')?.definition;
};
const conflict = (result: ReturnType<typeof load>) => {
  expect(result.problems.map(({ code }) => code)).toEqual(['SCHEMA_NAME_CONFLICT']);
  return result.problems[0]?.message;
};

describe('a type defined in another file', () => {
  it.each(['address.json', 'todo/address.avsc', 'shared/deep/x.json', 'other/v1_other_created.json'])(
    'may lie in %s, and is put in at its first use',
    (file) => {
      const other = file.startsWith('other') ? record({ a: address() }, { name: 'other' }) : address();
      const definition = fieldsOf(
        load({ [FILE]: record({ a: 'Address', b: ['null', 'Address'] }), [file]: other }),
      );
      expect(definition).toMatchObject({
        fields: [
          { name: 'a', type: { name: 'Address', fields: [{ name: 'text', type: 'string' }] } },
          { name: 'b', type: ['null', 'Address'] },
        ],
      });
    },
  );

  it('may be one of several in its file', () => {
    const enumeration = { type: 'enum', name: 'Colour', symbols: ['RED'] };
    const result = load({
      [FILE]: record({ a: 'Colour', b: 'Address' }),
      'all.json': [enumeration, address()],
    });
    expect(fieldsOf(result)).toMatchObject({
      fields: [{ type: { name: 'Colour' } }, { type: { name: 'Address' } }],
    });
  });

  it('may be recursive, and refer to further files that refer back', () => {
    const person = {
      type: 'record',
      name: 'p.Person',
      fields: [{ name: 'home', type: ['null', 'q.House'] }],
    };
    const house = {
      type: 'record',
      name: 'q.House',
      fields: [{ name: 'owners', type: { type: 'array', items: 'p.Person' } }],
    };
    const { registry, problems } = load({
      [FILE]: record({ who: 'p.Person' }),
      'p.json': person,
      'q.json': house,
    });
    expect(problems).toEqual([]);
    const schema = registry.newest('todo', 'todo_created');
    const who = { home: { owners: [{ home: null }, { home: { owners: [] } }] } };
    expect(schema?.check({ who }, ENVELOPE)).toEqual([]);
    const wrong = { home: { owners: [{ home: 5 }] } };
    expect(schema?.check({ who: wrong }, ENVELOPE).map(({ path }) => path)).toEqual([
      'who.home.owners[0].home',
    ]);
  });

  it('is found by its namespace, by the one around the reference, and without any', () => {
    const files = {
      'a.json': address('int', { namespace: 'geo' }),
      'b.json': { type: 'enum', name: 'Colour', symbols: ['RED'] },
    };
    const fields = { a: 'Address', b: 'geo.Address', c: 'Colour', d: 'Colour' };
    const { registry, problems } = load({ ...files, [FILE]: record(fields, { namespace: 'geo' }) });
    expect(problems).toEqual([]);
    const payload = { a: { text: 1 }, b: { text: 2 }, c: 'RED', d: 'RED' };
    expect(registry.newest('todo', 'todo_created')?.check(payload, ENVELOPE)).toEqual([]);
    expect(load({ ...files, [FILE]: record({ a: 'Address' }) }).problems[0]).toMatchObject({
      code: 'SCHEMA_UNKNOWN_NAME',
      file: FILE,
      path: 'a',
      message: expect.stringContaining('"Address"'),
    });
  });

  it('keeps its own references, whatever the namespace it is put into', () => {
    const street = { type: 'record', name: 'Street', fields: [{ name: 'n', type: 'int' }] };
    const files = { 'address.json': address(['null', 'Street']), 'street.json': street };
    const { registry, problems } = load({
      ...files,
      [FILE]: record({ a: 'Address', s: 'Street' }, { namespace: 'x.y' }),
    });
    expect(problems).toEqual([]);
    const payload = { a: { text: { n: 1 } }, s: { n: 2 } };
    expect(registry.newest('todo', 'todo_created')?.check(payload, ENVELOPE)).toEqual([]);
  });

  it('may be a fixed with a logical type', () => {
    const money = { type: 'fixed', name: 'Money', size: 8, logicalType: 'decimal', precision: 10, scale: 2 };
    const { registry, problems } = load({
      [FILE]: record({ a: 'Money', b: ['null', 'Money'] }),
      'money.json': money,
    });
    expect(problems).toEqual([]);
    const schema = registry.newest('todo', 'todo_created');
    expect(schema?.check({ a: '1.20', b: '3' }, ENVELOPE)).toEqual([]);
    expect(schema?.check({ a: 1.2, b: null }, ENVELOPE)).toHaveLength(1);
  });
});

describe('several files that define one name', () => {
  it('do not matter if the file defines it itself, even further down', () => {
    const own = record({ first: ['null', 'Address'], second: address('int') });
    const result = load({ [FILE]: own, 'a.json': address('string'), 'b.json': address('bytes') });
    expect(fieldsOf(result)).toMatchObject({
      fields: [{ type: ['null', { name: 'Address', fields: [{ type: 'int' }] }] }, { type: 'Address' }],
    });
  });

  it('give way to a shared file of the same folder', () => {
    const result = load({
      [FILE]: record({ a: 'Address' }),
      'a.json': address('int'),
      'todo/address.json': address('bytes'),
    });
    expect(fieldsOf(result)).toMatchObject({ fields: [{ type: { fields: [{ type: 'bytes' }] } }] });
  });

  it('are fine if they say the same, in whatever order', () => {
    const reversed = Object.fromEntries(Object.entries(address()).reverse());
    fieldsOf(load({ [FILE]: record({ a: 'Address' }), 'a.json': address(), 'b.json': reversed }));
  });

  it('are a problem that names them all if they differ', () => {
    const message = conflict(
      load({ [FILE]: record({ a: 'Address' }), 'a.json': address('int'), 'b.json': address('long') }),
    );
    expect(message).toContain('Address is defined differently in a.json and b.json');
  });

  it('are a problem if they meet in one schema', () => {
    const outer = { type: 'record', name: 'Outer', fields: [{ name: 'a', type: address('int') }] };
    const message = conflict(
      load({ [FILE]: record({ o: 'Outer', a: address('long') }), 'outer.json': outer }),
    );
    expect(message).toContain(`outer.json and ${FILE}`);
  });

  it('are no problem as versions of one event, of which the newest counts for others', () => {
    const versions = {
      [FILE]: record({ a: address('int') }),
      'todo/v2_todo_created.json': record({ a: address('long') }),
    };
    const done = { aggregateType: 'todo', eventType: 'todo_done', eventClass: 'TodoDone' };
    const files = { ...versions, 'todo/v1_todo_done.json': record({ a: 'Address' }, { name: 'todo_done' }) };
    const { registry, problems } = load(files, {}, [TODO_CREATED, done]);
    expect(problems).toEqual([]);
    expect(registry.newest('todo', 'todo_done')?.definition).toMatchObject({
      fields: [{ type: { fields: [{ type: 'long' }] } }],
    });
  });

  it('are no problem as long as nobody refers to the name', () => {
    expect(
      load({ [FILE]: record({}), 'a.json': address('int'), 'b.json': address('long') }).problems,
    ).toEqual([]);
  });
});

it('a mistake in a shared type is reported once, in its own file', () => {
  const done = { aggregateType: 'todo', eventType: 'todo_done', eventClass: 'TodoDone' };
  const files = {
    [FILE]: record({ a: 'Address' }),
    'todo/v1_todo_done.json': record({ b: 'Address' }, { name: 'todo_done' }),
    'a.json': address('Nope'),
  };
  const { problems } = load(files, {}, [TODO_CREATED, done]);
  expect(problems.map(({ code, file, path }) => [code, file, path])).toEqual([
    ['SCHEMA_UNKNOWN_NAME', 'a.json', 'Address.text'],
  ]);
});
