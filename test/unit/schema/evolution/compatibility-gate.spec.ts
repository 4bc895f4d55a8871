import { COMPATIBILITY_MODES, type CompatibilityMode } from '../../../../src/schema/index.js';
import { load, record, removeSchemaDirectories, TODO_CREATED } from '../schema-directory.js';

afterAll(removeSchemaDirectories);

const V = (version: number) => `todo/v${version}_todo_created.json`;
const base = { label: 'string' };
const added = { ...base, urgent: 'boolean' };
const addedWithDefault = { ...base, urgent: { type: 'boolean', default: false } };

function check(versions: object[], compatibility?: CompatibilityMode) {
  const files = Object.fromEntries(versions.map((content, index) => [V(index + 1), content]));
  return load(files, { compatibility }).problems;
}

function pairs(versions: object[], compatibility?: CompatibilityMode) {
  return check(versions, compatibility).map(({ code, version, path }) => [code, version, path]);
}

describe('the compatibility gate', () => {
  it('accepts what every version can be read as', () => {
    expect(
      check([record(base), record(addedWithDefault), record({ ...addedWithDefault, label: 'bytes' })]),
    ).toEqual([]);
  });

  it('names both files, the field and the cures', () => {
    expect(check([record(base), record(added)])).toEqual([
      {
        code: 'SCHEMA_INCOMPATIBLE',
        file: V(2),
        aggregate: 'todo',
        event: 'todo_created',
        version: 2,
        path: 'urgent',
        message: expect.stringMatching(
          /^todo\/v2_todo_created\.json at urgent cannot read what was written with todo\/v1_todo_created\.json: .*default.*alias.*, or write an @Upcast\(TodoCreated, \{ from: 1 \}\) and say so with "upcast": true in the schema\.$/,
        ),
      },
    ]);
  });

  it('reports a break once, where it was made', () => {
    expect(pairs([record(base), record(base), record(added), record(added)])).toEqual([
      ['SCHEMA_INCOMPATIBLE', 3, 'urgent'],
    ]);
  });

  it('backward-transitive looks at all earlier versions, backward only at the one before', () => {
    const versions = [
      record({ a: 'string', b: 'string' }),
      record({ a: 'string' }),
      record({ a: 'string', b: 'int' }),
    ];
    const withDefault = record({ a: 'string', b: { type: 'int', default: 0 } });
    expect(pairs([...versions.slice(0, 2), withDefault])).toEqual([['SCHEMA_INCOMPATIBLE', 3, 'b']]);
    expect(pairs([...versions.slice(0, 2), withDefault], 'backward')).toEqual([]);
    expect(pairs(versions, 'backward')).toEqual([['SCHEMA_INCOMPATIBLE', 3, 'b']]);
  });

  it.each([
    ['backward', 'adds a field without default', [base, added], 1],
    ['backward', 'adds a field with a default', [base, addedWithDefault], 0],
    ['backward', 'removes a field', [added, base], 0],
    ['backward', 'widens a number', [{ n: 'int' }, { n: 'long' }], 0],
    ['backward', 'narrows a number', [{ n: 'long' }, { n: 'int' }], 1],
    ['forward', 'adds a field without default', [base, added], 0],
    ['forward', 'removes a field without default', [added, base], 1],
    ['forward', 'removes a field with a default', [addedWithDefault, base], 0],
    ['forward', 'widens a number', [{ n: 'int' }, { n: 'long' }], 1],
    ['forward', 'narrows a number', [{ n: 'long' }, { n: 'int' }], 0],
    ['full', 'adds a field without default', [base, added], 1],
    ['full', 'adds a field with a default', [base, addedWithDefault], 0],
    ['full', 'removes a field without default', [added, base], 1],
    ['full', 'widens a number', [{ n: 'int' }, { n: 'long' }], 1],
    ['none', 'changes a type', [{ n: 'int' }, { n: 'string' }], -1],
  ] as const)('%s: a version that %s', (mode, _what, versions, count) => {
    const problems = check(
      versions.map((fields) => record(fields)),
      mode,
    );
    const incompatible = problems.filter(({ code }) => code === 'SCHEMA_INCOMPATIBLE');
    expect(incompatible).toHaveLength(Math.max(0, count));
  });

  it.each([
    ['forward', 0],
    ['forward-transitive', 1],
    ['full', 0],
    ['full-transitive', 1],
    ['backward', 0],
    ['backward-transitive', 0],
  ] as const)('%s over three versions, of which the first cannot read the third', (mode, count) => {
    const versions = [
      record({ a: 'string', b: { type: 'string', default: '' } }),
      record({ a: 'string', b: { type: 'string', default: '' }, c: { type: 'int', default: 0 } }),
      record({ a: 'string', c: { type: 'int', default: 0 } }),
    ];
    expect(check(versions, mode)).toEqual([]);
    const breaking = [
      record({ a: 'string', b: 'string' }),
      record({ a: 'string', b: { type: 'string', default: '' } }),
      record({ a: 'string' }),
    ];
    expect(pairs(breaking, mode)).toHaveLength(count);
  });

  it('asks for the mode it was given, of those there are', () => {
    expect(COMPATIBILITY_MODES).toHaveLength(7);
    expect(pairs([record(base), record(added)])).toEqual(
      pairs([record(base), record(added)], 'backward-transitive'),
    );
  });

  it('tells in forward mode which file to change', () => {
    expect(check([record(added), record(base)], 'forward')[0]?.message).toMatch(
      /^todo\/v1_todo_created\.json at urgent cannot read what will be written with todo\/v2_todo_created\.json, as compatibility "forward" asks: .*; change todo\/v2_todo_created\.json so that it can\.$/,
    );
  });
});

describe('a hand-written step', () => {
  const step = (from: number) => {
    const [owner, run] = [class {}, () => ({})];
    return new Map([
      [from, { eventClass: owner as never, from, place: 'Steps.step', owner, method: run, run }],
    ]);
  };
  const files = {
    [V(1)]: record({ cents: 'int' }),
    [V(2)]: record({ amount: 'string' }),
    [V(3)]: record({ amount: 'string', note: { type: 'string', default: '' } }),
  };

  it('makes the break that it steps over legal, for every version around it', () => {
    expect(load(files).problems.map(({ code, version }) => [code, version])).toEqual([
      ['SCHEMA_INCOMPATIBLE', 2],
    ]);
    expect(load(files, {}, [{ ...TODO_CREATED, upcasts: step(1) }]).problems).toEqual([]);
  });

  it('does not cover another break', () => {
    const problems = load(files, {}, [{ ...TODO_CREATED, upcasts: step(2) }]).problems;
    expect(problems.map(({ code, version }) => [code, version])).toEqual([['SCHEMA_INCOMPATIBLE', 2]]);
  });

  it('can be announced in the schema, for those who have no program', () => {
    const announced = { ...files, [V(2)]: record({ amount: 'string' }, { upcast: true }) };
    expect(load(announced).problems).toEqual([]);
    expect(load(announced, {}, [{ ...TODO_CREATED, upcasts: step(1) }]).problems).toEqual([]);
  });

  it('that is announced has to be there', () => {
    const announced = { ...files, [V(2)]: record({ amount: 'string' }, { upcast: true }) };
    expect(load(announced, {}, [{ ...TODO_CREATED, upcasts: new Map() }]).problems).toEqual([
      expect.objectContaining({
        code: 'SCHEMA_UPCAST_MISSING',
        file: V(2),
        version: 2,
        message: `${V(2)} says "upcast": true, but there is no @Upcast(TodoCreated, { from: 1 }); write it in a provider, or remove the attribute.`,
      }),
    ]);
  });

  it('cannot be announced in the first version', () => {
    expect(load({ [V(1)]: record({}, { upcast: true }) }).problems).toEqual([
      expect.objectContaining({ code: 'SCHEMA_UPCAST_MISSING', file: V(1), version: 1 }),
    ]);
  });

  it('that leads nowhere is a problem', () => {
    expect(load({ [V(1)]: record(base) }, {}, [{ ...TODO_CREATED, upcasts: step(1) }]).problems).toEqual([
      {
        code: 'SCHEMA_UPCAST_UNUSED',
        aggregate: 'todo',
        event: 'todo_created',
        version: 1,
        message:
          'Steps.step upcasts TodoCreated from version 1, but its schemas have no version 2; add v2_todo_created.json, or remove the method.',
      },
    ]);
  });
});

describe('a step of an event that several aggregates share', () => {
  const run = () => ({});
  const step = {
    eventClass: class {} as never,
    from: 1,
    place: 'Steps.step',
    owner: class {},
    method: run,
    run,
  };
  const upcasts = new Map([[1, step]]);
  const todo = { ...TODO_CREATED, upcasts };
  const note = { ...todo, aggregateType: 'note', eventType: 'note_created' };
  const notes = { 'note/v1_note_created.json': record(base, { name: 'note_created' }) };

  it('is of use where one of them has the next version', () => {
    const files = { ...notes, [V(1)]: record(base), [V(2)]: record({ amount: 'int' }) };
    for (const contracts of [
      [todo, note],
      [note, todo],
    ])
      expect(load(files, {}, contracts).problems).toEqual([]);
  });

  it('is of none where none has', () => {
    const { problems } = load({ ...notes, [V(1)]: record(base) }, {}, [todo, note]);
    expect(problems.map(({ code, aggregate }) => [code, aggregate])).toEqual([
      ['SCHEMA_UPCAST_UNUSED', 'todo'],
      ['SCHEMA_UPCAST_UNUSED', 'note'],
    ]);
  });
});

describe('a version without a way to the newest', () => {
  it('is a problem even where anything goes', () => {
    expect(check([record({ n: 'int' }), record({ n: 'string' })], 'none')).toEqual([
      expect.objectContaining({
        code: 'SCHEMA_NO_WAY',
        version: 1,
        file: V(1),
        path: 'n',
        message:
          `Events stored as version 1 (${V(1)}) cannot be read as version 2 (${V(2)}): at n, int cannot be read as ` +
          'string; write an @Upcast(TodoCreated, { from: … }) over the version that breaks it.',
      }),
    ]);
  });

  it('is told what is in the way, also where that is before a hand-written step', () => {
    const run = () => ({});
    const step = {
      eventClass: class {} as never,
      from: 2,
      place: 'Steps.step',
      owner: class {},
      method: run,
      run,
    };
    const contract = { ...TODO_CREATED, upcasts: new Map([[2, step]]) };
    const versions = { [V(1)]: record({ n: 'int', m: 'int' }), [V(2)]: record({ n: 'string', m: 'string' }) };
    const { problems } = load({ ...versions, [V(3)]: record({ n: 'int' }) }, { compatibility: 'none' }, [
      contract,
    ]);
    expect(problems).toMatchObject([
      {
        code: 'SCHEMA_NO_WAY',
        version: 1,
        path: undefined,
        message: expect.stringMatching(
          /: not even as version 2, at n, int cannot be read as string; at m, int cannot be read as string; write/,
        ),
      },
    ]);
  });

  it('may go in steps that Avro allows one by one', () => {
    const versions = [
      record({ a: 'string' }),
      record({}, { fields: [{ name: 'b', type: 'string', aliases: ['a'] }] }),
      record({}, { fields: [{ name: 'c', type: 'string', aliases: ['b'] }] }),
    ];
    expect(check(versions, 'backward')).toEqual([]);
    expect(check(versions, 'none')).toEqual([]);
    expect(pairs(versions)).toEqual([['SCHEMA_INCOMPATIBLE', 3, 'c']]);
  });
});

describe("a record's name", () => {
  const named = (name: string, more: object = {}) => record(base, { name, ...more });
  it.each(['todo_created', 'TodoCreated', 'todoCreated', 'Created', 'created', 'TODO_CREATED'])(
    '%s fits',
    (name) => {
      expect(load({ [V(1)]: named(name) }).problems).toEqual([]);
      expect(load({ [V(1)]: named(name, { namespace: 'a.b' }) }).problems).toEqual([]);
    },
  );

  it.each(['TodoLabelChanged', 'todo', 'Event', 'TodoCreatedEvent'])('%s does not', (name) => {
    expect(load({ [V(1)]: named(name) }).problems).toEqual([
      {
        code: 'SCHEMA_NAME_MISMATCH',
        file: V(1),
        aggregate: 'todo',
        event: 'todo_created',
        version: 1,
        path: 'name',
        message: `${V(1)} describes "${name}", but its name says that it is the event todo_created; name the record todo_created, or correct the file's name.`,
      },
    ]);
  });

  it('may be an earlier one that a later version lists', () => {
    const files = { [V(1)]: named('TaskAdded'), [V(2)]: named('TodoCreated', { aliases: ['TaskAdded'] }) };
    expect(load(files).problems).toEqual([]);
    expect(load({ ...files, [V(2)]: named('TodoCreated') }).problems.map(({ code }) => code)).toContain(
      'SCHEMA_NAME_MISMATCH',
    );
  });

  it("may follow the event's aliases", () => {
    expect(
      load({ [V(1)]: named('TaskAdded') }, {}, [{ ...TODO_CREATED, aliases: ['task_added'] }]).problems,
    ).toEqual([]);
  });
});
