import fc from 'fast-check';

import { parseFields } from '../../../../src/cli/new/new-fields.js';
import { record, removeSchemaDirectories, schemaDirectory } from '../../schema/schema-directory.js';
import { run } from '../command-run.js';

afterAll(removeSchemaDirectories);

/** The fields that these arguments give, in a directory that defines shop.Money and, in no namespace, Level. */
function parse(...texts: string[]) {
  const defined = new Set(['shop.Money', 'Level']);
  return parseFields(texts, { recordName: 'TodoCreated', defined });
}

function typeOf(text: string): unknown {
  const { fields, faults } = parse(`a:${text}`);
  expect(faults).toEqual([]);
  return fields[0]?.type;
}

function defaultOf(text: string): unknown {
  const { fields, faults } = parse(`a:${text}`);
  expect(faults).toEqual([]);
  return fields[0]?.default;
}

describe('the type of a field', () => {
  it.each<[string, unknown]>([
    ['string', 'string'],
    ['null', 'null'],
    ['timestamp-millis', { type: 'long', logicalType: 'timestamp-millis' }],
    ['time-millis', { type: 'int', logicalType: 'time-millis' }],
    ['uuid', { type: 'string', logicalType: 'uuid' }],
    ['duration', { type: 'fixed', name: 'TodoCreatedA', size: 12, logicalType: 'duration' }],
    ['decimal(12, 2)', { type: 'bytes', logicalType: 'decimal', precision: 12, scale: 2 }],
    ['decimal(5)', { type: 'bytes', logicalType: 'decimal', precision: 5, scale: 0 }],
    ['enum(A|B)', { type: 'enum', name: 'TodoCreatedA', symbols: ['A', 'B'] }],
    ['shop.Money', 'shop.Money'],
    ['Level?', ['null', 'Level']],
    ['string[]?', ['null', { type: 'array', items: 'string' }]],
    ['string?[]', { type: 'array', items: ['null', 'string'] }],
    ['int{}[]', { type: 'array', items: { type: 'map', values: 'int' } }],
  ])('%s', (text, expected) => {
    expect(typeOf(text)).toEqual(expected);
  });

  it.each([
    ['strng', 'is no type; use boolean'],
    ['Money', 'shop.Money'],
    ['__proto__', 'is no type'],
    ['decimal', 'decimal(12,2)'],
    ['decimal(-1)', 'is no type'],
    ['enum()', 'cannot be a symbol'],
    ['enum(A|1)', '"1" cannot be a symbol'],
    ['enum(toString)', 'cannot be a symbol'],
    ['enum(A|A)', 'twice'],
    ['string??', 'may be null already'],
    ['null?', 'may be null already'],
    ['', '"" is no type'],
    ['[]', '"" is no type'],
    [`int${'[]'.repeat(60_000)}`, 'nested deeper than 16'],
    [`enum(${'('.repeat(60_000)}`, 'is no type'],
  ])('%.20s is refused', (text, why) => {
    const { faults } = parse(`a:${text}`);
    expect(faults).toEqual([expect.stringContaining(why)]);
    expect(faults[0]?.length).toBeLessThan(600);
  });
});

describe('the default of a field', () => {
  it.each<[string, unknown]>([
    ['int=5', 5],
    ['boolean=false', false],
    ['string=hello', 'hello'],
    ['string="hello"', 'hello'],
    ['string=5', '5'],
    ['string=', ''],
    ['string=a=b:c', 'a=b:c'],
    ['string[]=["x"]', ['x']],
    ['long{}={}', {}],
    ['enum(A|B)=B', 'B'],
    ['Level=HIGH', 'HIGH'],
    ['shop.Money={"amount":1}', { amount: 1 }],
    ['int?', null],
    ['int?=null', null],
    ['string?=null', null],
    ['decimal(4,2)=0', '\u0000'],
    ['decimal(4,2)=1.28', '\u0000\u0080'],
    ['decimal(4,2)=-1.28', '\u0080'],
    ['decimal(4,2)=-1.29', '\u00ff\u007f'],
    ['decimal(4,2)=0000.1', '\n'],
  ])('%s', (text, expected) => {
    expect(defaultOf(text)).toEqual(expected);
  });

  it('comes with its branch first', () => {
    expect(parse('a:int?=5').fields).toEqual([{ name: 'a', type: ['int', 'null'], default: 5 }]);
  });

  it.each([
    'int=x',
    'int=',
    'boolean=TRUE',
    'string[]=x',
    'decimal(4,2)=1.234',
    'decimal(4,2)=100',
    'decimal(4,2)=x',
  ])('%s is refused', (text) => {
    expect(parse(`a:${text}`).faults).toEqual([expect.stringContaining('its default')]);
  });

  it('of a decimal is read back as the number that was written', async () => {
    const digits = fc.bigInt({ min: -(10n ** 30n) + 1n, max: 10n ** 30n - 1n });
    fc.assert(
      fc.property(digits, (value) => {
        const bytes = Buffer.from(String(defaultOf(`decimal(30)=${value}`)), 'latin1');
        expect(BigInt.asIntN(8 * bytes.length, BigInt(`0x${bytes.toString('hex')}`))).toBe(value);
        expect(BigInt.asIntN(8 * (bytes.length - 1), value) === value && bytes.length > 1).toBe(false);
      }),
    );
  });
});

describe('the name of a field', () => {
  it.each(['', '1a', 'a-b', 'a.b', 'ä', 'a b', '../x', '\u001b[2J'])('%j is refused', (name) => {
    expect(parse(`${name}:int`).faults).toEqual([expect.stringContaining('needs a name of letters')]);
  });

  it.each(['eventId', 'position', 'metadata', 'createdAt', 'aggregateVersion'])(
    '%s is of the envelope',
    (name) => {
      expect(parse(`${name}:string`).faults).toEqual([expect.stringContaining('envelope')]);
    },
  );

  it.each(['constructor', '__proto__', 'toString'])('%s is in every object', (name) => {
    expect(parse(`${name}:string`).faults).toEqual([expect.stringContaining('every JavaScript object')]);
  });

  it('is given once, and with a type', () => {
    expect(parse('a:int', 'b', 'a:long').faults).toEqual([
      expect.stringMatching(/"b": it has no type; write <name>:<type>/),
      expect.stringMatching(/"a": it is given twice/),
    ]);
  });
});

it('whatever is written as fields gives a schema without problems, or an explanation', async () => {
  const part = fc.constantFrom(
    'a',
    'b',
    ':',
    '=',
    '?',
    '[]',
    '{}',
    'int',
    'string',
    'enum(A|B)',
    'decimal(4,2)',
    '1',
    'shop.Money',
    '"',
    '(',
  );
  const text = fc.oneof(
    fc.array(part, { maxLength: 8 }).map((parts) => parts.join('')),
    fc.string(),
  );
  const cwd = schemaDirectory({
    'avro/money.json': record({ amount: 'int' }, { name: 'Money', namespace: 'shop' }),
  });
  const seen = { written: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.oneof(
          text,
          text.map((type) => `c:int${type}`),
        ),
        { maxLength: 2 },
      ),
      async (fields) => {
        const { code, out, err } = await run(
          ['schema', 'new', 'todo', 'Created', '--dry-run', '--', ...fields],
          { cwd },
        );
        seen[code === 0 ? 'written' : 'refused'] += 1;
        if (code === 0) expect(JSON.parse(out)).toMatchObject({ type: 'record' });
        else expect([code, out, err]).toEqual([2, '', expect.stringMatching(/[;,] .+\.\n|; correct/)]);
      },
    ),
    { numRuns: 300 },
  );
  expect(Math.min(seen.written, seen.refused)).toBeGreaterThan(10);
});
