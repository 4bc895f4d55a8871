/** Where and why a text is not JSON; line and column count from 1. */
export interface JsonSyntaxError {
  line: number;
  column: number;
  expected: string;
}

type State = 'value' | 'first-item' | 'first-key' | 'key' | 'colon' | 'after';

const EXPECTED: Record<State, string> = {
  value: 'a value',
  'first-item': 'a value or "]"',
  'first-key': 'a name in double quotes or "}"',
  key: 'a name in double quotes',
  colon: '":"',
  after: '"," or a closing bracket',
};

const SPACE = /[ \t\n\r]*/y;
// oxlint-disable-next-line no-control-regex
const STRING = /"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*"/y;
const SCALAR = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/**
 * Finds the first place at which a text stops being JSON, `undefined` if it is JSON.
 *
 * `JSON.parse` names that place in some versions of V8 and for some texts only, hence this scanner.
 */
export function findJsonSyntaxError(text: string): JsonSyntaxError | undefined {
  const open: ('{' | '[')[] = [];
  let state: State = 'value';
  let offset = 0;

  const take = (pattern: RegExp): boolean => {
    pattern.lastIndex = offset;
    if (!pattern.test(text)) return false;
    offset = pattern.lastIndex;
    return true;
  };
  const fail = (expected: string): JsonSyntaxError => ({ ...locate(text, offset), expected });

  for (;;) {
    take(SPACE);
    const char: string | undefined = text[offset];
    if (state === 'after' && open.length === 0) return char === undefined ? undefined : fail('the end');

    if (closes(char, state, open.at(-1))) {
      open.pop();
      offset += 1;
      state = 'after';
    } else if (state === 'after' || state === 'colon') {
      if (char !== (state === 'colon' ? ':' : ',')) return fail(EXPECTED[state]);
      offset += 1;
      state = state === 'after' && open.at(-1) === '{' ? 'key' : 'value';
    } else if (state === 'key' || state === 'first-key') {
      if (!take(STRING)) return fail(EXPECTED[state]);
      state = 'colon';
    } else if (char === '{' || char === '[') {
      open.push(char);
      offset += 1;
      state = char === '{' ? 'first-key' : 'first-item';
    } else if (take(STRING) || take(SCALAR)) {
      state = 'after';
    } else {
      return fail(EXPECTED[state]);
    }
  }
}

function closes(char: string | undefined, state: State, opened: '{' | '[' | undefined): boolean {
  if (char === '}') return opened === '{' && (state === 'after' || state === 'first-key');
  return char === ']' && opened === '[' && (state === 'after' || state === 'first-item');
}

function locate(text: string, offset: number): { line: number; column: number } {
  const lines = text.slice(0, offset).split(/\r\n|\r|\n/);
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}
