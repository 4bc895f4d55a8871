import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { format, type Options } from 'prettier';
import ts from 'typescript';
import { writeTypes } from '../../../../src/cli/typescript/type-writer.js';
import { ENVELOPE_FIELDS } from '../../../../src/schema/envelope-fields.js';
import { arbitraryEvent } from './arbitrary-event.js';
import { eventsOf, recordOf } from './event-files.js';
import { complaints, moduleOf, programOf } from './type-check.js';
import { literal } from './literal.js';

const FILE = 'event/v1_event.json';
const typesOf = (fields: Record<string, unknown>, more: object = {}): string =>
  writeTypes(eventsOf({ [FILE]: recordOf('event', fields, more) }));
/** The declarations, without the header and what is said about files. */
const bodyOf = (text: string): string =>
  text.replace(/^\/\/.*\n\n/, '').replaceAll(/\/\*\* The event .* \*\/\n/g, '');
const prettierrc = JSON.parse(
  readFileSync(new URL('../../../../.prettierrc.json', import.meta.url), 'utf8'),
) as Options;
const pretty = (text: string): Promise<string> => format(text, { ...prettierrc, parser: 'typescript' });

describe('the types', () => {
  it('of a schema are as the documentation says', () => {
    const logical = (type: string, logicalType: string, more: object = {}) => ({
      type,
      logicalType,
      ...more,
    });
    const fields = {
      nothing: 'null',
      done: 'boolean',
      count: 'int',
      size: 'long',
      ratio: 'float',
      weight: 'double',
      label: 'string',
      content: 'bytes',
      hash: { type: 'fixed', name: 'Hash', size: 16 },
      tags: { type: 'array', items: 'string' },
      serials: { type: 'array', items: 'long' },
      grid: { type: 'array', items: { type: 'array', items: 'int' } },
      prices: { type: 'map', values: 'long' },
      at: logical('long', 'timestamp-millis'),
      atMicros: logical('long', 'timestamp-micros'),
      localAt: logical('long', 'local-timestamp-millis'),
      localAtMicros: logical('long', 'local-timestamp-micros'),
      day: logical('int', 'date'),
      time: logical('int', 'time-millis'),
      timeMicros: logical('long', 'time-micros'),
      amount: logical('bytes', 'decimal', { precision: 6, scale: 2 }),
      fixedAmount: logical('fixed', 'decimal', { name: 'Amount', size: 8, precision: 6, scale: 2 }),
      id: logical('string', 'uuid'),
      fixedId: logical('fixed', 'uuid', { name: 'Id', size: 16 }),
      pause: logical('fixed', 'duration', { name: 'Pause', size: 12 }),
      note: ['null', 'string'],
      one: ['string'],
      mixed: ['null', 'long', 'string', 'bytes', logical('int', 'date')],
      number: ['null', 'int', 'double'],
      text: ['string', { type: 'enum', name: 'shop.Colour', symbols: ['RED', 'BLUE'] }],
      optional: { type: 'string', default: 'none' },
      list: { type: 'array', items: ['null', 'string'] },
    };
    expect(bodyOf(typesOf(fields))).toBe(`export interface EventData {
  readonly nothing: null;
  readonly done: boolean;
  readonly count: number;
  readonly size: number | bigint;
  readonly ratio: number;
  readonly weight: number;
  readonly label: string;
  readonly content: Buffer;
  readonly hash: Buffer;
  readonly tags: readonly string[];
  readonly serials: readonly (number | bigint)[];
  readonly grid: readonly (readonly number[])[];
  readonly prices: Readonly<Record<string, number | bigint>>;
  readonly at: Date;
  readonly atMicros: Date;
  readonly localAt: Date;
  readonly localAtMicros: Date;
  readonly day: Date;
  readonly time: number;
  readonly timeMicros: number | bigint;
  readonly amount: string;
  readonly fixedAmount: string;
  readonly id: string;
  readonly fixedId: string;
  readonly pause: Buffer;
  readonly note: string | null;
  readonly one: string;
  readonly mixed: number | bigint | string | Buffer | Date | null;
  readonly number: { readonly int: number } | { readonly double: number } | null;
  readonly text: { readonly string: string } | { readonly 'shop.Colour': Colour };
  readonly optional?: string;
  readonly list: readonly (string | null)[];
}

export type Colour = 'RED' | 'BLUE';
`);
  });

  it('leave out what the envelope fills in, at the top only', () => {
    const inner = recordOf('Inner', { entity_id: 'string' });
    const envelope = Object.fromEntries(
      [...ENVELOPE_FIELDS].map((name) => [name, ['null', 'string', 'int']]),
    );
    expect(bodyOf(typesOf({ ...envelope, label: 'string', inner }))).toBe(`export interface EventData {
  readonly label: string;
  readonly inner: Inner;
}

export interface Inner {
  readonly entity_id: string;
}
`);
  });

  it('may contain themselves, or nothing', () => {
    const node = recordOf('Node', { next: ['null', 'Node'], children: { type: 'map', values: 'Node' } });
    const text = typesOf({ node, empty: recordOf('Empty', {}), again: ['null', 'event'] });
    expect(bodyOf(text)).toBe(
      `export interface EventData {
  readonly node: Node;
  readonly empty: Empty;
  readonly again: event | null;
}

export interface Empty {
  readonly [field: string]: never;
}

export interface Event {
  readonly node: Node;
  readonly empty: Empty;
  readonly again: event | null;
}

export interface Node {
  readonly next: Node | null;
  readonly children: Readonly<Record<string, Node>>;
}
`.replaceAll(': event', ': Event'),
    );
    expect(bodyOf(typesOf({}))).toBe('export interface EventData {}\n');
  });

  it('are those of the newest version, which the comment names', () => {
    const doc = 'Somebody plans\nto do something.';
    const events = eventsOf({
      'todo/v1_todo_created.json': recordOf('todo_created', { label: 'string' }),
      'todo/v2_todo_created.json': recordOf(
        'todo_created',
        { label: 'string', n: { type: 'int', default: 0 } },
        { doc },
      ),
    });
    expect(writeTypes(events))
      .toBe(`// Generated by "nestevents schema types". Do not edit: change the schemas and run it again.

/**
 * Somebody plans
 * to do something.
 *
 * The event todo_created, version 2: todo/v2_todo_created.json
 */
export interface TodoCreatedData {
  readonly label: string;
  readonly n?: number;
}
`);
  });

  it('of no events are a module too', async () => {
    expect(writeTypes([])).toMatch(/^\/\/ .*\n\nexport \{\};\n$/);
  });
});

describe('names', () => {
  const namesOf = (files: Record<string, unknown>): string[] =>
    [...writeTypes(eventsOf(files)).matchAll(/^export (?:interface|type) (\S+)/gm)].map(([, name]) => name!);
  const money = (type: string, more: object = {}): object => recordOf('Money', { amount: type }, more);

  it('of events begin with the aggregate where two would be the same', () => {
    const files = {
      'cat/v1_named.json': recordOf('named', {}),
      'dog/v1_named.json': recordOf('named', {}),
      'dog/v1_dog_barked.json': recordOf('dog_barked', {}),
    };
    expect(namesOf(files)).toEqual(['CatNamedData', 'DogBarkedData', 'DogNamedData']);
  });

  it('of a type that several events use are one', () => {
    const files = {
      'money.json': money('string', { namespace: 'shop' }),
      'a/v1_a.json': recordOf('a', { price: 'shop.Money' }),
      'b/v1_b.json': recordOf('b', { prices: { type: 'array', items: 'shop.Money' } }),
    };
    expect(namesOf(files)).toEqual(['AData', 'BData', 'Money']);
    const copies = {
      'a/v1_a.json': recordOf('a', { price: money('string', { doc: 'A doc.' }) }),
      'b/v1_b.json': recordOf('b', { price: money('string', { doc: 'Another doc.' }) }),
    };
    expect(namesOf(copies)).toEqual(['AData', 'BData', 'Money']);
  });

  it('of different types begin with their namespace, else with their event', () => {
    const files = {
      'a/v1_a.json': recordOf('a', { price: money('string', { namespace: 'shop' }) }),
      'b/v1_b.json': recordOf('b', { price: money('int', { namespace: 'bank.eu' }) }),
    };
    expect(namesOf(files)).toEqual(['AData', 'BData', 'BankEuMoney', 'ShopMoney']);
    const others = {
      'a/v1_a.json': recordOf('a', { price: money('string') }),
      'b/v1_b.json': recordOf('b', { price: money('int') }),
    };
    expect(namesOf(others)).toEqual(['AData', 'BData', 'AMoney', 'BMoney']);
  });

  it('tell types apart that differ only in a type they use', () => {
    const wallet = (type: string): object => recordOf('Wallet', { money: ['null', money(type)] });
    const files = {
      'a/v1_a.json': recordOf('a', { wallet: wallet('string') }),
      'b/v1_b.json': recordOf('b', { wallet: wallet('int') }),
      'c/v1_c.json': recordOf('c', { wallet: wallet('int') }),
    };
    const text = writeTypes(eventsOf(files));
    expect(text).toContain('export interface AWallet {\n  readonly money: AMoney | null;');
    expect(text).toContain('export interface BWallet {\n  readonly money: BMoney | null;');
    expect(text.match(/wallet: \w+/g)).toEqual(['wallet: AWallet', 'wallet: BWallet', 'wallet: BWallet']);
  });

  it('never hide a type of the language, one another, or an event', () => {
    const of = (name: string): object => recordOf(name, { at: { type: 'int', logicalType: 'date' } });
    const fields = {
      a: of('Date'),
      b: of('Buffer'),
      c: of('x.Record'),
      d: of('string_'),
      e: of('money_'),
      f: of('Money'),
      g: of('EventData'),
      h: of('__'),
    };
    const text = typesOf(fields);
    expect(text.match(/readonly \w: \w+/g)).toEqual([
      'readonly a: EventDate',
      'readonly b: EventBuffer',
      'readonly c: XRecord',
      'readonly d: String',
      'readonly e: EventEventMoney',
      'readonly f: EventEventMoney2',
      'readonly g: EventEventData',
      'readonly h: _',
    ]);
    expect(complaints({ 'names.ts': text })).toEqual([]);
  });
});

describe('the text', () => {
  it('does not depend on the order of the events', () => {
    const files = ['a', 'b', 'c', 'd'].map((name, index) => {
      const shared = recordOf('Shared', { n: index % 2 === 0 ? 'int' : 'string' });
      return [`${name}/v1_${name}.json`, recordOf(name, { shared })];
    });
    const events = eventsOf(Object.fromEntries(files));
    fc.assert(
      fc.property(fc.shuffledSubarray([...events], { minLength: events.length }), (shuffled) => {
        expect(writeTypes(shuffled)).toBe(writeTypes(events));
      }),
    );
  });

  it('is as Prettier would have it, whatever the schema', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryEvent, async ({ schema }) => {
        const text = writeTypes(eventsOf({ [FILE]: schema }));
        expect(await pretty(text)).toBe(text);
      }),
      { numRuns: 300 },
    );
  });

  it('is strict TypeScript that takes every payload the schema takes', () => {
    const seed = Date.now();
    const modules: Record<string, string> = {};
    for (const [index, { schema, payload }] of fc.sample(arbitraryEvent, { seed, numRuns: 150 }).entries()) {
      const events = eventsOf({ [FILE]: schema });
      expect(events[0]?.newest?.check(payload, {} as never)).toEqual([]);
      modules[`event-${index}.ts`] =
        `${writeTypes(events)}\nexport const data: EventData = ${literal(payload)};\n`;
    }
    expect({ seed, complaints: complaints(modules) }).toEqual({ seed, complaints: [] });
  });

  it('is TypeScript that refuses what the schema refuses', () => {
    const text = typesOf({
      label: 'string',
      n: { type: 'int', default: 0 },
      colour: { type: 'enum', name: 'Colour', symbols: ['RED'] },
      either: ['int', 'double'],
      inner: recordOf('Inner', {}),
    });
    const good = `{ label: '', colour: 'RED', either: { int: 1 }, inner: {} } as const`;
    const refused = (change: string): string =>
      `// @ts-expect-error\nexport const bad: EventData = { ...good, ${change} };`;
    const uses = ['label: null', 'n: undefined', `colour: 'BLUE'`, 'either: 1', 'inner: { a: 1 }', 'inner: 5']
      .map((change, index) => refused(change).replace('bad', `bad${index}`))
      .join('\n');
    const code = `${text}
const good = ${good};
export const data: EventData = good;
${uses}
// @ts-expect-error
data.label = 'x';
`;
    expect(complaints({ 'refused.ts': code })).toEqual([]);
  });
});

describe('docs', () => {
  const hostile =
    'Ends here */ export const evil = 1; /*\n@deprecated never\r\nuse {@link x} (a@b.de) \u202e\u2028 @see y \ud83d';

  it('become comments that nothing breaks out of', async () => {
    const enumeration = { type: 'enum', name: 'Kind', symbols: ['A'], doc: hostile };
    const text = writeTypes(
      eventsOf({
        [FILE]: {
          type: 'record',
          name: 'event',
          doc: hostile,
          fields: [{ name: 'kind', type: enumeration, doc: hostile }],
        },
      }),
    );
    expect(text).toContain(` * use {\\@link x} (a@b.de)`);
    expect(text.isWellFormed()).toBe(true);
    expect(await pretty(text)).toBe(text);
    expect(complaints({ 'docs.ts': text })).toEqual([]);
    const program = programOf({ 'docs.ts': text });
    const checker = program.getTypeChecker();
    const exported = checker.getExportsOfModule(checker.getSymbolAtLocation(moduleOf(program, 'docs.ts'))!);
    expect(exported.map(({ name }) => name)).toEqual(['EventData', 'Kind']);
    const kind = checker.getDeclaredTypeOfSymbol(exported[0]!).getProperty('kind')!;
    for (const symbol of [...exported, kind]) {
      expect(symbol.getJsDocTags(checker)).toEqual([]);
      expect(ts.displayPartsToString(symbol.getDocumentationComment(checker))).toContain('deprecated never');
    }
  });

  it.each(['', ' \n\t\n', '\u0000'])('without anything to read leave no comment: %j', (doc) => {
    expect(typesOf({}, { doc })).not.toContain('/**\n');
  });

  it('of one line stand on one', () => {
    const field = { name: 'label', type: 'string', doc: 'What to do.' };
    expect(writeTypes(eventsOf({ [FILE]: { type: 'record', name: 'event', fields: [field] } }))).toContain(
      '\n  /** What to do. */\n  readonly label: string;\n',
    );
  });
});
