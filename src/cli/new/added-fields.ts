import { layOut, onOneLine, PRINT_WIDTH } from './schema-text.js';

const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s"{}[\],:]+/g;

/** Where the list of fields is in the text of a record; offsets. */
interface FieldList {
  /** Behind the opening bracket. */
  readonly start: number;
  /** From where to where each field goes. */
  readonly fields: { start: number; end: number }[];
  /** Before the closing bracket. */
  end: number;
}

/**
 * Adds fields at the end of a record's, and leaves all other text as it is; the new ones look like the last one.
 *
 * @param text JSON of a record.
 * @throws Error if it is none
 */
export function addFields(text: string, added: readonly object[]): string {
  if (added.length === 0) return text;
  const list = findFields(text);
  if (!list) throw new Error('no record with fields');
  const [first] = list.fields;
  const last = list.fields.at(-1);
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
  const asLines = (lines: string): string => lines.replaceAll('\n', lineEnd);

  if (!first || !last) {
    if (!text.trim().includes('\n'))
      return splice(text, list.start, list.end, added.map(onOneLine).join(', '));
    const around = indentAt(text, list.start);
    const unit = around === '' ? '  ' : around;
    const indent = around + unit;
    const items = added.map((field) => indent + layOut(field, { indent, unit }));
    return splice(text, list.start, list.end, asLines(`\n${items.join(',\n')}\n${around}`));
  }
  if (!text.slice(list.start, first.start).includes('\n')) {
    return splice(text, last.end, last.end, added.map((field) => `, ${onOneLine(field)}`).join(''));
  }
  const indent = indentAt(text, last.start);
  const unit = indent.slice(0, Math.ceil(indent.length / 2)) || '  ';
  const isShort = !text.slice(last.start, last.end).includes('\n');
  const items = added.map((field) => {
    const line = onOneLine(field);
    const fits = isShort && indent.length + line.length < PRINT_WIDTH;
    return `,\n${indent}${fits ? line : layOut(field, { indent, unit })}`;
  });
  return splice(text, last.end, last.end, asLines(items.join('')));
}

function findFields(text: string): FieldList | undefined {
  let found: FieldList | undefined;
  let open: FieldList | undefined;
  let depth = 0;
  let before = '';
  let key: string | undefined;
  let start = 0;
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    const end = index + token.length;
    if (token === '{' || token === '[') {
      // JSON takes the last of several members of one name, and so does this.
      if (depth === 1 && key === 'fields' && token === '[') found = open = { start: end, fields: [], end };
      if (depth === 2) start = index;
      depth += 1;
    } else if (token === '}' || token === ']') {
      depth -= 1;
      if (depth === 2) open?.fields.push({ start, end });
      if (depth === 1 && open) {
        open.end = index;
        open = undefined;
      }
    } else if (depth === 1 && token === ':') {
      key = JSON.parse(before) as string;
    } else if (depth === 1 && token === ',') {
      key = undefined;
    }
    before = token;
  }
  return found;
}

function splice(text: string, start: number, end: number, middle: string): string {
  return text.slice(0, start) + middle + text.slice(end);
}

/** The white space at the beginning of the line. */
function indentAt(text: string, offset: number): string {
  return /^[ \t]*/.exec(text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset))?.[0] ?? '';
}
