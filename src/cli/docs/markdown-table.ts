import { textWidth } from './text-width.js';

const NARROWEST = 3;
/** Beyond, a single long cell would add more spaces to the page than all cells have text. */
const WIDEST = 2000;

/**
 * A table in Markdown; the cells are Markdown without `|` or line breaks.
 *
 * Columns are aligned as Prettier does, except for cells of more than 2000 characters, which stick out.
 */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((_, column) =>
    Math.min(WIDEST, Math.max(NARROWEST, ...[header, ...rows].map((row) => textWidth(row[column] ?? '')))),
  );
  const line = (row: readonly string[]): string =>
    `| ${widths.map((width, column) => padded(row[column] ?? '', width)).join(' | ')} |`;
  return [line(header), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

function padded(cell: string, width: number): string {
  return cell + ' '.repeat(Math.max(0, width - textWidth(cell)));
}
