import type { Row, Spread } from './comparison.js';

const WIDTH = 760;
const LABELS = 330;
const BAR = 13;
const GAP = 12;
const TOP = 72;
/** What is so many times as good does not fit. */
const MOST = 3;
const COLOURS = ['#1f6feb', '#b08800', '#8250df', '#2da44e', '#bc4c00', '#57606a'];

/** Bars for all systems but the base, which is 1; longer is better. Undefined where there is nothing to compare. */
export function chartOf(title: string, rows: readonly Row[], base: string): string | undefined {
  const systems = [...new Set(rows.flatMap(({ ratio }) => [...ratio.keys()]))].filter(
    (name) => name !== base,
  );
  const groups = rows
    .map((row) => ({
      label: `${row.case}: ${row.figure}`,
      bars: systems.flatMap((system, index) => {
        const goodness = row.ratio.get(system) && asGoodness(row.ratio.get(system)!, row.better);
        return goodness ? [{ goodness, colour: COLOURS[index % COLOURS.length]! }] : [];
      }),
    }))
    .filter(({ bars }) => bars.length > 0);
  if (groups.length === 0) return undefined;
  const all = groups.flatMap(({ bars }) => bars.map(({ goodness }) => goodness.highest));
  const scale = Math.min(MOST, Math.max(1.2, ...all));
  const x = (value: number): number =>
    round(LABELS + (Math.min(value, scale) / scale) * (WIDTH - LABELS - 50));

  const shapes: string[] = [];
  let y = TOP;
  for (const { label, bars } of groups) {
    shapes.push(text(LABELS - 8, y + (bars.length * BAR) / 2 + 4, label, 'end'));
    for (const { goodness, colour } of bars) {
      const { median, lowest, highest } = goodness;
      const middle = y + BAR / 2;
      shapes.push(
        `<rect x="${LABELS}" y="${y + 1}" width="${round(x(median) - LABELS)}" height="${BAR - 2}" fill="${colour}"/>`,
        `<path d="M${x(lowest)} ${middle}H${x(highest)}" stroke="#24292f"/>`,
        text(x(Math.max(median, highest)) + 4, y + BAR - 3, median.toFixed(2), 'start'),
      );
      y += BAR;
    }
    y += GAP;
  }
  const legend = systems.map((system, index) => {
    const left = LABELS + (index % 2) * 215;
    const top = 14 + Math.floor(index / 2) * 16;
    const swatch = `<rect x="${left}" y="${top}" width="10" height="10" fill="${COLOURS[index % COLOURS.length]}"/>`;
    return swatch + text(left + 14, top + 9, system.replaceAll('`', ''), 'start');
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y + 4}" width="${WIDTH}" height="${y + 4}" font-family="sans-serif" font-size="11" fill="#24292f">`,
    `<title>${escape(title)}</title>`,
    `<rect width="100%" height="100%" fill="#ffffff"/>`,
    text(8, 23, `${title}; longer is better`, 'start'),
    ...legend,
    `<path d="M${x(1)} ${TOP - 8}V${y - GAP + 4}" stroke="#cf222e" stroke-dasharray="4 3"/>`,
    text(x(1), TOP - 12, `${base} = 1`, 'middle'),
    ...shapes,
    '</svg>\n',
  ].join('\n');
}

/** As many times as good: of what should be small, the inverse. */
function asGoodness({ median, lowest, highest }: Spread, better: Row['better']): Spread | undefined {
  const goodness =
    better === 'more'
      ? { median, lowest, highest }
      : { median: 1 / median, lowest: 1 / highest, highest: 1 / lowest };
  return Number.isFinite(goodness.highest) ? goodness : undefined;
}

function text(x: number, y: number, content: string, anchor: 'start' | 'middle' | 'end'): string {
  return `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}">${escape(content)}</text>`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escape(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('`', '');
}
