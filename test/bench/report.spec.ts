import type { Sample } from '../../bench/harness/sample.js';
import { chartOf } from '../../bench/report/chart.js';
import { compare } from '../../bench/report/comparison.js';
import { replaceSection } from '../../bench/report/page.js';
import { tableOf } from '../../bench/report/table.js';

function sample(system: string, round: number, value: number, better: Sample['better'] = 'more'): Sample {
  const figure = { figure: 'loads per s', value, better };
  return { workload: 'load', case: '10 <events>', system, round, ...figure };
}

/** Of rounds one after the other. */
function samples(system: string, ...values: number[]): Sample[] {
  return values.map((value, round) => sample(system, round, value));
}

describe('a comparison', () => {
  it('divides by the base of the same round, and takes the middle of that', () => {
    const [row] = compare([...samples('raw', 100, 1_000, 10), ...samples('ours', 50, 900, 20)], 'raw');
    expect(row!.ratio.get('ours')).toEqual({ median: 0.9, lowest: 0.5, highest: 2 });
    expect(row!.absolute.get('raw')).toEqual({ median: 100, lowest: 10, highest: 1_000 });
    expect(tableOf([row!], 'raw')).toBe(
      [
        '|                          | raw              | ours             |',
        '| ------------------------ | ---------------- | ---------------- |',
        '| 10 <events>: loads per s | 100 (10.0–1,000) | 0.90 (0.50–2.00) |',
      ].join('\n'),
    );
  });

  it('has no ratio where the base has come to nothing or was not measured, and then shows what was', () => {
    const rows = compare([...samples('raw', 0), ...samples('ours', 5, 5)], 'raw');
    expect(rows[0]!.ratio.size).toBe(0);
    expect(tableOf(rows, 'raw')).toContain('| 5.00 (5.00–5.00) |');
    expect(chartOf('Load', rows, 'raw')).toBeUndefined();
  });
});

describe('a chart', () => {
  it('shows what is better as longer, and escapes', () => {
    const rows = compare([sample('raw', 0, 4, 'less'), sample('ours', 0, 2, 'less')], 'raw');
    const chart = chartOf('Load', rows, 'raw')!;
    expect(chart).toContain('>2.00</text>');
    expect(chart).toContain('10 &lt;events>');
  });
});

describe('a page', () => {
  const page = 'Before $& text.\n\n<!-- bench: load -->\n\nold\n\n<!-- end of bench: load -->\n\nAfter.\n';

  it('keeps what is around the markers', () => {
    expect(replaceSection(page, 'load', '## Load', 'new $&')).toBe(page.replace('old', () => 'new $&'));
  });

  it('gets a section at its end that it does not have', () => {
    expect(replaceSection(page, 'append', '## Append', 'new')).toBe(
      `${page}\n## Append\n\n<!-- bench: append -->\n\nnew\n\n<!-- end of bench: append -->\n`,
    );
  });
});
