/** Prettier's default, in columns. */
export const PRINT_WIDTH = 80;
const INDENT = '  ';

// Characters that an editor would not show; the bytes of a default may hold them.
// oxlint-disable-next-line no-control-regex
const UNPRINTABLE = /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g;

/** Where a value stands in a text. */
export interface Layout {
  /** The white space before the line of the value. @default '' */
  readonly indent?: string;
  /** What is put before the lines of what is inside. @default two spaces */
  readonly unit?: string;
  /** How many characters stand around the value on its line. @default 0 */
  readonly used?: number;
}

/** Writes JSON as Prettier keeps it: objects on several lines, lists on one where they fit in 80 columns. */
export function layOut(value: unknown, { indent = '', unit = INDENT, used = 0 }: Layout = {}): string {
  if (typeof value !== 'object' || value === null) return scalar(value);
  const inside = indent + unit;
  if (Array.isArray(value)) {
    const line = onOneLine(value);
    if (!isBroken(value) && indent.length + used + line.length <= PRINT_WIDTH) return line;
    const items = value.map((item: unknown, index) => {
      return inside + layOut(item, { indent: inside, unit, used: index < value.length - 1 ? 1 : 0 });
    });
    return `[\n${items.join(',\n')}\n${indent}]`;
  }
  const entries = Object.entries(value);
  if (entries.length === 0) return '{}';
  const lines = entries.map(([name, part], index) => {
    const label = `${scalar(name)}: `;
    const comma = index < entries.length - 1 ? 1 : 0;
    return inside + label + layOut(part, { indent: inside, unit, used: label.length + comma });
  });
  return `{\n${lines.join(',\n')}\n${indent}}`;
}

/** Writes JSON on one line, spaced as Prettier does it. */
export function onOneLine(value: unknown): string {
  if (typeof value !== 'object' || value === null) return scalar(value);
  if (Array.isArray(value)) return `[${value.map(onOneLine).join(', ')}]`;
  const entries = Object.entries(value).map(([name, part]) => `${scalar(name)}: ${onOneLine(part)}`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

/** Whether a list cannot stand on one line: it holds objects, or is a table of lists. */
function isBroken(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (!Array.isArray(value)) return Object.keys(value).length > 0;
  const isTable = value.length > 1 && value.every((row) => Array.isArray(row) && row.length > 1);
  return isTable || value.some(isBroken);
}

function scalar(value: unknown): string {
  const json = JSON.stringify(value) ?? 'null';
  return json.replace(UNPRINTABLE, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
