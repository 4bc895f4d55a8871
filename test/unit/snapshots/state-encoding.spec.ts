import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { decodeState, encodeState } from '../../../src/snapshots/state-encoding.js';

const back = (state: unknown): unknown => decodeState(encodeState(state));

describe('a state in a snapshot', () => {
  it('comes back as it was, of whatever kept types it is made', () => {
    let runs = 0;
    const leaf = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('\0', '\ud800', '__proto__', -0, NaN, Infinity, -Infinity, undefined, null),
      fc.double(),
      fc.bigInt(),
      fc.boolean(),
      // For Node's comparison, an invalid date differs from itself.
      fc.date({ noInvalidDate: true }),
      fc.uint8Array(),
      fc.float64Array(),
      fc.uint8Array().map((bytes) => Buffer.from(bytes)),
      fc.constantFrom(/a\/b/giu, new URL('https://example.org/?a=b#c')),
    );
    const { state } = fc.letrec((tie) => ({
      state: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc.array(tie('state')),
        fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor')), tie('state')),
        fc.array(fc.tuple(tie('state'), tie('state'))).map((entries) => new Map(entries)),
        fc.array(tie('state')).map((values) => new Set(values)),
      ),
    }));
    fc.assert(
      fc.property(state, (value) => {
        runs += 1;
        return isDeepStrictEqual(back(value), value);
      }),
      { numRuns: 1_000 },
    );
    process.stdout.write(`\nstates: ${runs} came back as they were\n`);
  });

  it('keeps what is shared, cycles, holes, the class of bytes, and names that look like the prototype', () => {
    const shared = { a: Object.assign(Array<number>(3), { 0: 1, 2: 3 }) };
    const cycle: Record<string, unknown> = { shared, again: [shared] };
    cycle['self'] = cycle;
    const read = back(cycle) as typeof cycle & { again: unknown[]; shared: typeof shared };
    expect(read['self']).toBe(read);
    expect(read.again[0]).toBe(read.shared);
    expect(1 in read.shared.a).toBe(false);
    expect(Object.is(back(-0), -0)).toBe(true);
    expect((back(new Date(NaN)) as Date).getTime()).toBe(NaN);
    expect(Buffer.isBuffer(back(Buffer.from('x')))).toBe(true);
    const named = JSON.parse('{ "__proto__": { "admin": true }, "constructor": 1 }') as object;
    const again = back(named) as { admin?: boolean };
    expect(Object.keys(again)).toEqual(['__proto__', 'constructor']);
    expect(again.admin).toBeUndefined();
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  it('has of a part of a larger buffer that part alone', () => {
    const whole = Buffer.from('secret public');
    const part = new Uint8Array(whole.buffer, whole.byteOffset + 7, 6);
    for (const bytes of [part, whole.subarray(7)]) {
      const text = encodeState({ bytes });
      const { bytes: read } = decodeState(text) as { bytes: Uint8Array };
      expect(Buffer.from(read).toString()).toBe('public');
      expect(read.constructor.name).toBe(bytes.constructor.name);
      expect(text.length).toBeLessThan(60);
    }
  });

  class Money {
    cents = 1;
  }
  class Bag extends Map<string, number> {}
  const deep: { next?: unknown } = {};
  let at = deep;
  for (let depth = 0; depth < 600; depth += 1) at = at.next = {};
  const proto = JSON.parse('{ "__proto__": 1 }') as Record<string, unknown>;
  proto['self'] = proto;

  it.each<[string, unknown, string]>([
    ['a class instance', { price: new Money() }, '.price is a Money'],
    ['a subclass of a Map', [new Bag()], '[0] is a Bag'],
    ['a function', { f: () => 1 }, '.f is a function'],
    ['a symbol', new Map([['k', Symbol('s')]]), '.get("k") is a symbol'],
    ['a class instance as a key', new Map([[new Money(), 1]]), '.keys() is a Money'],
    ['one in a Set', { of: new Set([new Money()]) }, '.of.values() is a Money'],
    [
      'an accessor',
      Object.defineProperty({}, 'now', { get: () => 1, enumerable: true }),
      '.now is an accessor',
    ],
    [
      'what is not enumerable',
      Object.defineProperty({}, 'x y', { value: 1 }),
      '["x y"] is a property that is not',
    ],
    ['a symbol key', { [Symbol('s')]: 1 }, '[Symbol(s)] is a property named by a symbol'],
    ['a property of an array', Object.assign([1], { index: 0 }), '.index is a property of an array'],
    ['a property of a Map', { m: Object.assign(new Map(), { unit: 1 }) }, '.m.unit is a property of a Map'],
    ['a property of a Set', Object.assign(new Set(), { unit: 1 }), '.unit is a property of a Set'],
    ['a property of a Date', [Object.assign(new Date(), { zone: 1 })], '[0].zone is a property of a Date'],
    ['a property of a RegExp', Object.assign(/a/, { name: 1 }), '.name is a property of a RegExp'],
    ['an error', { last: new Error('x') }, '.last is a Error'],
    ['a promise', Promise.resolve(1), ' is a Promise'],
    ['a boxed number', { n: Object(1) as unknown }, '.n is a Number'],
    ['what is too deep', deep, 'is nested more than 500 levels deep'],
    ['a cycle through such a name', proto, 'is a cycle through an object with a property "__proto__"'],
  ])('is refused with %s', (_, state, message) => {
    expect(() => encodeState(state)).toThrow(message);
  });
});
