import * as fc from 'fast-check';

import { printable, renderValue } from '../../../src/schema/render-value.js';

class Money {
  constructor(
    readonly amount: number,
    readonly currency: string,
  ) {}
}

describe('a value in a message', () => {
  it.each([
    [undefined, 'nothing'],
    [null, 'null'],
    [5, 'number 5'],
    [-0, 'number -0'],
    [5n, 'bigint 5'],
    [10n ** 100n, 'bigint of more than 256 bits'],
    [true, 'boolean true'],
    ['a "quoted" text', 'string "a \\"quoted\\" text"'],
    ['red \u001b[31m and \u202eback', 'string "red \\u001b[31m and \\u202eback"'],
    [Symbol('secret'), 'symbol'],
    [() => 1, 'function'],
    [[1, 2], 'array of 2'],
    [Buffer.alloc(3), 'Buffer of 3 bytes'],
    [new Date(0), 'Date 1970-01-01T00:00:00.000Z'],
    [new Date(Number.NaN), 'Date (invalid)'],
    [{}, 'object {}'],
    [{ a: 1, b: 2, c: 3, d: 4, e: 5, f: 6, g: 7 }, 'object { a, b, c, d, e, f, … }'],
    [new Money(1, 'EUR'), 'Money { amount, currency }'],
    [Object.create(null), 'object {}'],
  ])('%p reads %s', (value, text) => expect(renderValue(value)).toBe(text));

  it('is cut', () => {
    expect(renderValue('x'.repeat(10_000_000))).toHaveLength(80);
    expect(renderValue(`${'x'.repeat(70)}😀😀😀😀😀`)).not.toMatch(/\p{Surrogate}/u);
  });

  it('never throws, is short, and never breaks the line', () => {
    const anything = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withNullPrototype: true,
    });
    fc.assert(
      fc.property(anything, (value) => {
        const text = renderValue(value);
        expect(text.length).toBeLessThanOrEqual(80);
        expect(printable(text)).toBe(text);
      }),
    );
  });

  it.each([
    ['a revoked proxy', revoked()],
    [
      'a proxy that throws',
      new Proxy(
        {},
        {
          ownKeys: () => {
            throw new Error('no');
          },
        },
      ),
    ],
    [
      'a class without a name',
      new (class {
        static override = 1;
      })(),
    ],
  ])('never throws for %s', (_name, value) => expect(typeof renderValue(value)).toBe('string'));
});

it('printable leaves ordinary text alone', () => {
  fc.assert(fc.property(fc.string({ unit: 'grapheme-ascii' }), (text) => expect(printable(text)).toBe(text)));
  expect(printable('ünïcode 😀')).toBe('ünïcode 😀');
});

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}
