import type { Row, Spread } from './comparison.js';

/** A table of Markdown: the base in absolute figures, all others as ratios to it. */
export function tableOf(rows: readonly Row[], base: string): string {
  const systems = [...new Set(rows.flatMap(({ absolute }) => [...absolute.keys()]))];
  const ordered = [base, ...systems.filter((system) => system !== base)].filter((name) =>
    systems.includes(name),
  );
  return markdown([
    ['', ...ordered],
    ...rows.map((row) => [`${row.case}: ${row.figure}`, ...ordered.map((system) => cell(row, system, base))]),
  ]);
}

function cell({ absolute, ratio }: Row, system: string, base: string): string {
  const found = absolute.get(system);
  const compared = system === base ? undefined : ratio.get(system);
  if (compared) return `${compared.median.toFixed(2)} ${range(compared, (value) => value.toFixed(2))}`;
  return found ? `${number(found.median)} ${range(found, number)}` : '–';
}

function range({ lowest, highest }: Spread, format: (value: number) => string): string {
  return `(${format(lowest)}–${format(highest)})`;
}

/** A number with as many digits as mean something. */
export function number(value: number): string {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** Rows as a table, the first as its head, as Prettier would write it. */
export function markdown(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(3, ...rows.map((row) => row[column]!.length)));
  const lines = rows.map(
    (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`,
  );
  lines.splice(1, 0, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`);
  return lines.join('\n');
}
