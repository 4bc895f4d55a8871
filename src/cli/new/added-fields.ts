import { membersOf, partsOf } from './record-members.js';
import type { Range } from './record-members.js';
import { layOut, onOneLine, PRINT_WIDTH } from './schema-text.js';

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

/** Where the fields of a record are in its text; offsets, `start` behind the opening bracket of the list. */
function findFields(text: string): { start: number; fields: readonly Range[]; end: number } | undefined {
  // JSON takes the last of several members of one name, and so does this.
  const member = membersOf(text).findLast(({ name }) => name === 'fields');
  if (!member || text[member.value] !== '[') return undefined;
  const { parts, closing } = partsOf(text, member.value);
  return { start: member.value + 1, fields: parts, end: closing };
}

function splice(text: string, start: number, end: number, middle: string): string {
  return text.slice(0, start) + middle + text.slice(end);
}

/** The white space at the beginning of the line. */
function indentAt(text: string, offset: number): string {
  return /^[ \t]*/.exec(text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset))?.[0] ?? '';
}
