import {
  arrayOfBytes,
  arrayOfPlain,
  arrayOfTexts,
  list,
  listOf,
} from '../../../src/typeorm/array-parameters.js';

describe('arrays as text', () => {
  it('need no quotes for numbers and UUIDs, and are nothing when all is null', () => {
    expect(arrayOfPlain([1, null, -2])).toBe('{1,NULL,-2}');
    expect(arrayOfPlain([null, null])).toBeNull();
  });

  it('quote texts, whatever is in them', () => {
    expect(arrayOfTexts(['a', '', 'NULL', '{x,y}'])).toBe('{"a","","NULL","{x,y}"}');
    expect(arrayOfTexts(['a"b\\c"'])).toBe(String.raw`{"a\"b\\c\""}`);
  });

  it('write bytes in hex, with the backslash escaped', () => {
    expect(arrayOfBytes([Buffer.from([0, 255]), null])).toBe(String.raw`{"\\x00ff",NULL}`);
    expect(arrayOfBytes([null])).toBeNull();
  });

  it('are lists for JSON texts, in which no control character stands as it is', () => {
    const text = JSON.stringify({ '\u0001': '\u0001' });
    expect(list([text, null, '{}'])!.split('\u0001')).toEqual([text, '', '{}']);
    expect(list([null])).toBeNull();
    expect(listOf(null)).toEqual([]);
    expect(listOf('')).toEqual([]);
    expect(listOf('1,2')).toEqual(['1', '2']);
  });
});
