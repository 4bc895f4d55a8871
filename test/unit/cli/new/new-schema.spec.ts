import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'prettier';

import { record, removeSchemaDirectories, schemaDirectory } from '../../schema/schema-directory.js';
import { run } from '../command-run.js';

afterAll(removeSchemaDirectories);

const create = (cwd: string, ...args: string[]) => run(['schema', 'new', ...args], { cwd });
const read = (...path: string[]) => readFileSync(join(...path), 'utf8');
const readJson = (...path: string[]) => JSON.parse(read(...path)) as { fields: { name: string }[] };
const paths = (directory: string) => readdirSync(directory, { recursive: true, encoding: 'utf8' }).sort();

async function isFine(cwd: string): Promise<void> {
  expect(await run(['schema', 'check'], { cwd })).toMatchObject({ code: 0, err: '' });
}

describe('the first version', () => {
  it.each(['TodoCreated', 'Created', 'created', 'todo_created', 'todoCreated'])(
    'of an event called %s is written where the application looks for it',
    async (event) => {
      const cwd = schemaDirectory({});
      const { code, out, err } = await create(cwd, 'todo', event, 'label:string', 'due:date?');
      expect([code, err]).toEqual([0, expect.stringContaining('nestevents schema check')]);
      expect(out).toMatch(/avro\/todo\/v1_todo_created\.json\n$/);
      const text = read(cwd, 'avro/todo/v1_todo_created.json');
      expect(JSON.parse(text)).toEqual({
        type: 'record',
        name: 'TodoCreated',
        fields: [
          { name: 'label', type: 'string' },
          { name: 'due', type: ['null', { type: 'int', logicalType: 'date' }], default: null },
        ],
      });
      expect(await format(text, { parser: 'json' })).toBe(text);
      await isFine(cwd);
    },
  );

  it('takes a directory, a namespace and a doc', async () => {
    const cwd = schemaDirectory({});
    const options = ['--directory', './my schemas/', '--namespace', 'shop.todo', '--doc', 'Ärger "x"\n'];
    expect((await create(cwd, 'todo', 'Created', ...options)).code).toBe(0);
    expect(readJson(cwd, 'my schemas/todo/v1_todo_created.json')).toEqual({
      type: 'record',
      name: 'TodoCreated',
      namespace: 'shop.todo',
      doc: 'Ärger "x"\n',
      fields: [],
    });
  });

  it('is printed and not written by a dry run', async () => {
    const cwd = schemaDirectory({});
    const { code, out, err } = await create(cwd, 'todo', 'Created', 'label:string', '--dry-run');
    expect([code, err, paths(cwd)]).toEqual([0, '', []]);
    expect(JSON.parse(out)).toMatchObject({ name: 'TodoCreated' });
  });

  it('may be of an aggregate that begins with a digit', async () => {
    const cwd = schemaDirectory({});
    expect((await create(cwd, '2fa', 'Enabled')).code).toBe(0);
    expect(readJson(cwd, 'avro/2fa/v1_2fa_enabled.json')).toMatchObject({ name: '_2faEnabled' });
    await isFine(cwd);
  });
});

describe('the next version', () => {
  it('keeps the text of the newest and adds fields', async () => {
    const text = `{ "name": "MoneyPaid", "namespace": "bank",\n\t"custom": [1,2],\n  "type": "record", "doc": "Kept.",
  "fields": [
    { "doc": "The sum.", "name": "amount", "type": "int" }
  ] }`;
    const cwd = schemaDirectory({ 'avro/account/v1_account_money_paid.avsc': text });
    const { code, out } = await create(cwd, 'account', 'MoneyPaid', 'note:string?', 'tags:string[]=[]');
    expect(code).toBe(0);
    expect(out).toMatch(/avro\/account\/v2_account_money_paid\.avsc\n$/);
    expect(read(cwd, 'avro/account/v2_account_money_paid.avsc')).toBe(
      text.replace(
        '"int" }',
        `"int" },
    { "name": "note", "type": ["null", "string"], "default": null },
    {
      "name": "tags",
      "type": {
        "type": "array",
        "items": "string"
      },
      "default": []
    }`,
      ),
    );
    expect(read(cwd, 'avro/account/v1_account_money_paid.avsc')).toBe(text);
    await isFine(cwd);
  });

  it('is the one after the highest, also without new fields', async () => {
    const cwd = schemaDirectory({ 'avro/todo/v1_todo_created.json': record({ label: 'string' }) });
    for (const version of [2, 3, 4]) {
      expect((await create(cwd, 'todo', 'TodoCreated')).out).toContain(`v${version}_todo_created.json`);
    }
    for (let version = 5; version < 12; version += 1)
      await create(cwd, 'todo', 'TodoCreated', `f${version}:int?`);
    expect(readJson(cwd, 'avro/todo/v11_todo_created.json').fields).toHaveLength(8);
    await isFine(cwd);
  });

  it('is meant where an event has exactly the name, whatever the rule for names says', async () => {
    const cwd = schemaDirectory({ 'avro/todo/v1_made.up.json': record({}, { name: 'MadeUp' }) });
    expect((await create(cwd, 'todo', 'made.up')).out).toContain('v2_made.up.json');
  });

  it('does not claim the hand-written step that leads to the newest', async () => {
    const cwd = schemaDirectory({
      'avro/todo/v1_todo_created.json': record({ label: 'string' }),
      'avro/todo/v2_todo_created.json': `{
  "type": "record",
  "name": "todo_created",
  "upcast": true,
  "fields": [{ "name": "count", "type": "int", "upcast": true }]
}
`,
    });
    expect((await create(cwd, 'todo', 'Created', 'note:string?')).code).toBe(0);
    expect(read(cwd, 'avro/todo/v3_todo_created.json')).toBe(`{
  "type": "record",
  "name": "todo_created",
  "fields": [{ "name": "count", "type": "int", "upcast": true }, { "name": "note", "type": ["null", "string"], "default": null }]
}
`);
    await isFine(cwd);
  });

  it('follows one that begins with a byte order mark, and has none', async () => {
    const text = `\uFEFF${JSON.stringify(record({ label: 'string' }))}\n`;
    const cwd = schemaDirectory({ 'avro/todo/v1_todo_created.json': text });
    expect((await create(cwd, 'todo', 'Created')).code).toBe(0);
    expect(read(cwd, 'avro/todo/v2_todo_created.json')).toBe(text.slice(1));
    await isFine(cwd);
  });

  it('has to read all earlier ones, not only the last', async () => {
    const cwd = schemaDirectory({
      'avro/todo/v1_todo_created.json': record({ count: 'string' }),
      'avro/todo/v2_todo_created.json': record({}),
    });
    const before = paths(cwd);
    const { code, out, err } = await create(cwd, 'todo', 'Created', 'count:int?');
    expect([code, out, paths(cwd)]).toEqual([2, '', before]);
    expect(err).toMatch(
      /v3_todo_created\.json was not written[^]*SCHEMA_INCOMPATIBLE: [^]*cannot read what was written with [^]*v1_todo_created\.json: [^]*"upcast": true[^]*--compatibility/,
    );
    expect((await create(cwd, 'todo', 'Created', 'count:int?', '--compatibility', 'backward')).code).toBe(0);
    expect(await run(['schema', 'check', '--compatibility', 'backward'], { cwd })).toMatchObject({ code: 0 });
  });

  it('is not kept from being written by a break between earlier ones, which schema check knows', async () => {
    const cwd = schemaDirectory({
      'avro/todo/v1_todo_created.json': record({ label: 'string' }),
      'avro/todo/v2_todo_created.json': record({ label: ['null', 'string'] }),
      'avro/list/v1_list_made.json': record({ count: 'string' }, { name: 'Made' }),
      'avro/list/v2_list_made.json': record({ count: 'int' }, { name: 'Made' }),
    });
    expect((await create(cwd, 'todo', 'Created', 'count:int?')).code).toBe(0);
  });

  it('refuses fields without a default, and says both ways to give one', async () => {
    const cwd = schemaDirectory({ 'avro/todo/v1_todo_created.json': record({ label: 'string' }) });
    const { code, out, err } = await create(cwd, 'todo', 'Created', 'count:int', 'label:string?');
    expect([code, out, paths(join(cwd, 'avro/todo'))]).toEqual([2, '', ['v1_todo_created.json']]);
    expect(err).toContain('write "count:int?" for null, or "count:int=<default>"');
    expect(err).toContain('"label": the last version has it already');
  });

  it('refuses a doc and a namespace, which come from the last', async () => {
    const cwd = schemaDirectory({ 'avro/todo/v1_todo_created.json': record({}) });
    const { code, err } = await create(cwd, 'todo', 'Created', '--doc', 'x', '--namespace', 'y');
    expect([code, err.match(/leave --\w+ out/g)]).toEqual([2, ['leave --namespace out', 'leave --doc out']]);
  });

  it.each([
    ['a gap', { 'avro/todo/v2_todo_created.json': record({}) }, 'SCHEMA_VERSION_GAP'],
    ['broken JSON', { 'avro/todo/v1_todo_created.json': '{' }, 'SCHEMA_NOT_JSON'],
    [
      'two files',
      { 'avro/todo/v1_todo_created.json': record({}), 'avro/todo/v1_todo_created.avsc': record({}) },
      'DUPLICATE',
    ],
    ['an unknown type', { 'avro/todo/v1_todo_created.json': record({ a: 'b' }) }, 'SCHEMA_UNKNOWN_NAME'],
  ])('is not added to %s', async (_what, files, problem) => {
    const cwd = schemaDirectory(files);
    const before = paths(cwd);
    const { code, out, err } = await create(cwd, 'todo', 'Created');
    expect([code, out, paths(cwd)]).toEqual([1, '', before]);
    expect(err).toContain(problem);
  });

  it('is not kept from being added by what is wrong elsewhere', async () => {
    const cwd = schemaDirectory({
      'avro/todo/v1_todo_created.json': record({}),
      'avro/list/v1_list_made.json': '{',
    });
    expect((await create(cwd, 'todo', 'Created', 'a:int?')).code).toBe(0);
  });
});

describe('a call that cannot be followed', () => {
  it.each([
    ['../x', 'Created'],
    ['a/b', 'Created'],
    ['a\\b', 'Created'],
    ['', 'Created'],
    ['.', 'Created'],
    ['..', 'Created'],
    ['to\u0000do', 'Created'],
    ['a'.repeat(300), 'Created'],
    ['todo', ''],
    ['todo', 'todo.created'],
    ['todo', '../created'],
    ['todo', 'a'.repeat(199)],
    ['todo', 'ünï'],
    ['todo', '\u001b[2J'],
  ])(
    'because of the name %j of the aggregate or %j of the event writes nothing',
    async (aggregate, event) => {
      const cwd = schemaDirectory({});
      const { code, out, err } = await create(cwd, aggregate, event);
      expect([code, out, paths(cwd)]).toEqual([2, '', []]);
      expect(err).toMatch(/cannot be the name of an (aggregate|event); use/);
      expect(err).not.toContain('\u001b');
    },
  );

  it('says all that is wrong at once', async () => {
    const { code, err } = await create(schemaDirectory({}), 'a/b', 'c.d', 'x:nope', 'eventId:uuid');
    expect([code, err.trimEnd().split('\n').length]).toEqual([2, 4]);
  });

  it('because the schema would be wrong says so before anything is written', async () => {
    const cwd = schemaDirectory({});
    const { code, err } = await create(cwd, 'todo', 'Created', 'count:int=1.5', 'id:long="x"');
    expect([code, paths(cwd)]).toEqual([2, []]);
    expect(err).toMatch(/v1_todo_created\.json was not written[^]*SCHEMA_BAD_DEFAULT/);
  });

  it('because its record would take the name of a type that others use writes nothing', async () => {
    const cwd = schemaDirectory({
      'avro/shared/money.json': record({ amount: 'int' }, { name: 'ShopPaid' }),
      'avro/cart/v1_cart_sold.json': record({ price: 'ShopPaid' }, { name: 'Sold' }),
    });
    const { code, err } = await create(cwd, 'shop', 'Paid', 'by:string');
    expect([code, err]).toEqual([2, expect.stringContaining('SCHEMA_NAME_CONFLICT')]);
    expect(existsSync(join(cwd, 'avro/shop'))).toBe(false);
    expect((await create(cwd, 'shop', 'Returned', 'price:ShopPaid')).code).toBe(0);
    await isFine(cwd);
  });

  it('because its directory is a link to nowhere names the link', async () => {
    const cwd = schemaDirectory({});
    symlinkSync('gone', join(cwd, 'avro'));
    const { code, out, err } = await create(cwd, 'todo', 'Created');
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(`${join(cwd, 'avro')} is a link to gone, which does not exist; pass`);
    expect(existsSync(join(cwd, 'gone'))).toBe(false);
  });

  it('never writes over a file, through a link out, or where a file is in the way', async () => {
    const elsewhere = schemaDirectory({});
    const cwd = schemaDirectory({ 'avro/list': 'a file', file: 'x' });
    symlinkSync(elsewhere, join(cwd, 'avro/todo'));
    mkdirSync(join(cwd, 'avro/cart/v1_cart_filled.json'), { recursive: true });
    for (const [aggregate, why] of [
      ['todo', 'leads out of the schema directory'],
      ['list', 'cannot be written'],
      ['cart', 'something of that name is there'],
    ] as const) {
      const { code, err } = await create(cwd, aggregate, aggregate === 'cart' ? 'Filled' : 'Created');
      expect([code, err]).toEqual([2, expect.stringContaining(why)]);
    }
    expect(paths(elsewhere)).toEqual([]);
    const { code, err } = await create(cwd, 'todo', 'Created', '--directory', 'file');
    expect([code, err]).toEqual([2, expect.stringContaining(`${join(cwd, 'file')} is a file`)]);
    expect(existsSync(join(cwd, 'avro/list/v1_list_created.json'))).toBe(false);
  });
});
