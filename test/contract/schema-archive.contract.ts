import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type { SchemaArchive, WrittenSchema } from '../../src/store/index.js';

/** A schema of an event type that no other test has. */
export function writtenSchema(given: Partial<WrittenSchema> = {}): WrittenSchema {
  return {
    eventType: `todo_${randomUUID()}`,
    eventVersion: 1,
    aggregateType: 'todo',
    fingerprint: randomUUID(),
    definition: { type: 'record', name: 'todo', fields: [{ name: 'label', type: 'string' }] },
    upcastFrom: [],
    ...given,
  };
}

const byVersion = (schemas: readonly WrittenSchema[]): WrittenSchema[] =>
  schemas.toSorted((a, b) => a.eventVersion - b.eventVersion);

/** What every schema archive has to do, whatever it is kept in. */
export function describeSchemaArchive(name: string, createArchive: () => Promise<SchemaArchive>): void {
  describe(`schema archive in ${name}`, () => {
    let archive: SchemaArchive;
    beforeAll(async () => {
      archive = await createArchive();
    });

    it('keeps schemas and finds them by event type', async () => {
      const first = writtenSchema();
      const second = {
        ...first,
        eventVersion: 2,
        fingerprint: 'f2',
        definition: ['null', 'string'],
        upcastFrom: [1],
      };
      const other = writtenSchema();
      expect(await archive.find([first.eventType])).toEqual([]);
      expect(await archive.keep([second, other, first])).toEqual([second, other, first]);
      expect(byVersion(await archive.find([first.eventType]))).toEqual([first, second]);
      expect(await archive.find([other.eventType, 'nobody', other.eventType])).toEqual([other]);
      expect(await archive.find([first.eventType, other.eventType])).toHaveLength(3);
    });

    it('has nothing to do for nothing', async () => {
      expect(await archive.find([])).toEqual([]);
      expect(await archive.keep([])).toEqual([]);
    });

    it('never changes what it keeps, and answers it', async () => {
      const schema = writtenSchema();
      await archive.keep([schema]);
      const changed = {
        ...schema,
        fingerprint: 'other',
        aggregateType: 'note',
        definition: 'string',
        upcastFrom: [7, 8],
      };
      const next = { ...changed, eventVersion: 2 };
      expect(await archive.keep([next, changed])).toEqual([next, schema]);
      expect(byVersion(await archive.find([schema.eventType]))).toEqual([schema, next]);
    });

    it('keeps the first of what is given twice', async () => {
      const schema = writtenSchema();
      const again = { ...schema, fingerprint: 'other' };
      const other = writtenSchema();
      expect(await archive.keep([other, schema, again, schema])).toEqual([other, schema, schema, schema]);
      expect(await archive.find([schema.eventType])).toEqual([schema]);
    });

    it('is not changed by whoever changes what was given or got', async () => {
      const definition = { fields: ['a'] };
      const upcastFrom = [1];
      const schema = writtenSchema({ definition, upcastFrom });
      const [kept] = await archive.keep([schema]);
      definition.fields.push('b');
      (kept!.definition as typeof definition).fields.push('c');
      const [found] = await archive.find([schema.eventType]);
      (found!.definition as typeof definition).fields.push('d');
      for (const list of [upcastFrom, kept!.upcastFrom, found!.upcastFrom]) (list as number[]).push(2);
      expect(await archive.find([schema.eventType])).toEqual([
        { ...schema, definition: { fields: ['a'] }, upcastFrom: [1] },
      ]);
    });

    it('keeps the same way apart from the pool', async () => {
      const [first, second] = [writtenSchema({ upcastFrom: [3] }), writtenSchema()];
      await archive.keep([first]);
      const changed = { ...first, fingerprint: 'other' };
      expect(await archive.keep([second, changed], { apart: true })).toEqual([second, first]);
      expect(await archive.find([second.eventType])).toEqual([second]);
      expect(await archive.keep([], { apart: true })).toEqual([]);
    });

    it('answers everybody the same who keeps different schemas as one version at once', async () => {
      const schema = writtenSchema();
      const answers = await Promise.all(
        Array.from({ length: 16 }, (_, n) =>
          archive.keep([{ ...schema, fingerprint: `${n}` }], { apart: n % 2 === 0 }),
        ),
      );
      const [kept] = await archive.find([schema.eventType]);
      for (const answer of answers) expect(answer).toEqual([kept]);
    });

    it('keeps several at once, in whatever order they are given', async () => {
      const types = Array.from({ length: 12 }, () => randomUUID());
      const answers = await Promise.all(
        Array.from({ length: 24 }, (_, n) => {
          const shifted = [...types.slice(n % 12), ...types.slice(0, n % 12)];
          return archive.keep(
            (n % 2 ? shifted : shifted.toReversed()).map((eventType) =>
              writtenSchema({ eventType, fingerprint: `${n}` }),
            ),
          );
        }),
      );
      const kept = new Map((await archive.find(types)).map((schema) => [schema.eventType, schema]));
      expect(kept.size).toBe(12);
      for (const answer of answers) {
        expect(answer).toEqual(answer.map(({ eventType }) => kept.get(eventType)));
      }
    });

    it.each([
      '__proto__',
      'constructor',
      "'; drop table event_schema; --",
      '{a,b}',
      'null',
      '\\x00"\\',
      'žluťoučký 🐎',
      '',
      '2 x',
      'x'.repeat(1000),
    ])('takes an event type as it is: %p', async (eventType) => {
      const schema = writtenSchema({ eventType, aggregateType: eventType });
      expect(await archive.keep([schema])).toEqual([schema]);
      expect(await archive.find([eventType])).toEqual([schema]);
      expect(await archive.find([`${eventType} `])).toEqual([]);
    });

    it.each<[string, unknown]>([
      ['U+0000, as defaults of bytes have it', { default: '\u0000\u00ff', 'a\0b': ['\0'] }],
      ['half a surrogate pair', { default: '\ud800' }],
      ['a property __proto__', JSON.parse('{"__proto__": {"polluted": true}}')],
      ['numbers', [1.5, -0.1, 1e300, 5e-324, 2 ** 60]],
      ['its properties in their order', { z: 1, a: 2, '1': 3 }],
      ['null', null],
      ['a megabyte', { doc: 'ž"\\'.repeat(300_000) }],
    ])('keeps a definition with %s', async (_, definition) => {
      const schema = writtenSchema({ definition });
      await archive.keep([schema]);
      const [found] = await archive.find([schema.eventType]);
      expect(JSON.stringify(found!.definition) === JSON.stringify(definition)).toBe(true);
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    });

    it('keeps any definition', async () => {
      await fc.assert(
        fc.asyncProperty(fc.jsonValue({ stringUnit: 'binary' }), async (definition) => {
          const schema = writtenSchema({ definition });
          const [kept] = await archive.keep([schema]);
          expect(JSON.stringify(kept!.definition)).toBe(JSON.stringify(definition));
        }),
        { numRuns: 50 },
      );
    });

    it('keeps all or none, also when one of them is no JSON', async () => {
      const schema = writtenSchema();
      const cyclic: Record<string, unknown> = {};
      cyclic['self'] = cyclic;
      for (const definition of [cyclic, 1n]) {
        await expect(archive.keep([schema, writtenSchema({ definition })])).rejects.toThrow();
      }
      expect(await archive.find([schema.eventType])).toEqual([]);
    });
  });
}
