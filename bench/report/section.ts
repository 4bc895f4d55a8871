import type { Workload } from '../harness/bench.js';
import type { Results } from '../harness/recorder.js';
import { BASE } from '../harness/sample.js';
import { chartOf } from './chart.js';
import { compare } from './comparison.js';
import { tableOf } from './table.js';

/** What there is to say about a workload. */
export interface Section {
  /** Markdown. */
  readonly text: string;
  /** SVG, where there is something to compare. */
  readonly chart: string | undefined;
}

/** Describes what was found in a workload; nothing where it was not run. */
export function sectionOf(workload: Workload, { samples, failures, notes }: Results): Section | undefined {
  const own = <T extends { workload: string }>(entries: readonly T[]): T[] =>
    entries.filter((entry) => entry.workload === workload.name);
  const base = workload.base ?? BASE;
  const rows = compare(own(samples), base);
  const parts = [
    ...(rows.length > 0 ? [tableOf(rows, base)] : []),
    ...own(failures).map(
      ({ case: name, system, failure }) => `Not measured: ${system}, ${name}: ${firstLine(failure)}`,
    ),
    ...own(notes).map(({ title, note }) => `${title}\n\n\`\`\`text\n${note}\n\`\`\``),
  ];
  if (parts.length === 0) return undefined;
  return { text: [workload.about, ...parts].join('\n\n'), chart: chartOf(workload.title, rows, base) };
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0]!;
}
