import { textWidth } from './text-width.js';

const WIDTH = 110;

/** JSON as Prettier sets it in lines of up to 110 columns: objects on several lines, lists on one where they fit. */
export function jsonText(value: unknown): string {
  return `${write(value, '', WIDTH)}\n`;
}

/** @param room the columns that are free on the first line. */
function write(value: unknown, indent: string, room: number): string {
  const line = onOneLine(value);
  const isList = Array.isArray(value);
  if (line !== undefined && (!isList || textWidth(line) <= room)) return line;
  const inner = `${indent}  `;
  const parts = Object.entries(value as object).map(([key, part]: [string, unknown], index, { length }) => {
    const start = isList ? inner : `${inner}${JSON.stringify(key)}: `;
    const end = index < length - 1 ? ',' : '';
    return `${start}${write(part, inner, WIDTH - textWidth(start) - end.length)}${end}\n`;
  });
  return isList ? `[\n${parts.join('')}${indent}]` : `{\n${parts.join('')}${indent}}`;
}

/** `undefined` for an object with properties, and a list that is or has one or that is a table. */
function onOneLine(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (!Array.isArray(value)) return Object.keys(value).length === 0 ? '{}' : undefined;
  const isTable = value.length > 1 && value.every((row) => Array.isArray(row) && row.length > 1);
  const parts = value.map(onOneLine);
  return isTable || parts.includes(undefined) ? undefined : `[${parts.join(', ')}]`;
}
