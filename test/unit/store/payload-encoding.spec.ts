import { deepStrictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { decodePayload, encodePayload } from '../../../src/store/index.js';
import { arbitraryValue } from '../../fixtures/arbitrary-payload.js';

const roundTrip = (value: unknown): unknown => {
  const { json, types } = encodePayload({ value }, 'Test');
  return decodePayload(json, types)['value'];
};

describe('a payload', () => {
  it('comes back as it was, whatever it holds', () => {
    fc.assert(
      fc.property(arbitraryValue, (value) => {
        // Not Jest's toStrictEqual, which takes a property named constructor for the class.
        deepStrictEqual(roundTrip(value), value);
      }),
      { numRuns: 500 },
    );
  });

  it('is plain JSON wherever it can be, and not changed', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'grapheme' }), (value) => {
        fc.pre(!JSON.stringify(value).includes('\\u0000') && JSON.stringify(value).isWellFormed());
        fc.pre(!/\\ud[89a-f]/.test(JSON.stringify(value)));
        const payload = { value };
        const before = JSON.stringify(payload);
        expect(encodePayload(payload, 'Test')).toEqual({ json: before, types: null });
        expect(JSON.stringify(payload)).toBe(before);
      }),
    );
  });

  it('is not changed where it is encoded otherwise', () => {
    const payload = { list: [1n, { at: new Date(0) }], same: { n: 2n } };
    encodePayload(payload, 'Test');
    expect(payload).toEqual({ list: [1n, { at: new Date(0) }], same: { n: 2n } });
  });

  it('may hold one object in two places', () => {
    const shared = { n: 1n };
    expect(roundTrip([shared, shared])).toEqual([shared, shared]);
  });

  it.each<[string, string | null]>([
    ['[]', null],
    ['null', null],
    ['{', null],
    ['{"a":1}', '{"/b":"date"}'],
    ['{"a":1}', '{"/a":"date"}'],
    ['{"a":"x"}', '{"/a":"bigint"}'],
    ['{"a":"x"}', '{"/a":"function"}'],
    ['{"a":"1"}', '{"/__proto__/x":"bigint"}'],
    ['{"a":"1"}', '{"":"bigint"}'],
  ])('is refused when it was not written by nestevents: %s %s', (json, types) => {
    expect(() => decodePayload(json, types)).toThrow(/JSON|types|value/);
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });
});
