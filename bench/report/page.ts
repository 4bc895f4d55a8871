import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Workload } from '../harness/bench.js';
import type { Environment } from '../harness/environment.js';
import type { Results } from '../harness/recorder.js';
import { sectionOf } from './section.js';

/**
 * Puts results into a page, and their charts into a folder beside it that has the page's name.
 *
 * Only what stands between the markers of a workload that was run is replaced; where a page has no such markers the
 * section comes at its end.
 */
export async function writePage(
  file: string,
  workloads: readonly Workload[],
  results: Results,
): Promise<void> {
  const folder = file.replace(/\.md$/, '');
  let page = await read(file);
  for (const workload of workloads) {
    const section = sectionOf(workload, results);
    if (!section) continue;
    const parts = [section.text];
    if (section.chart) {
      const chart = path.join(folder, `${workload.name}.svg`);
      await mkdir(folder, { recursive: true });
      await writeFile(chart, section.chart);
      parts.push(`![${workload.title}, compared](${path.basename(folder)}/${workload.name}.svg)`);
    }
    parts.push(conditions(results.environment));
    page = replaceSection(page, workload.name, `## ${workload.title}`, parts.join('\n\n'));
  }
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, page);
}

/** Replaces what is between two markers; the text around them stays. */
export function replaceSection(page: string, name: string, heading: string, content: string): string {
  const [begin, end] = [`<!-- bench: ${name} -->`, `<!-- end of bench: ${name} -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  const section = `${begin}\n\n${content}\n\n${end}`;
  if (from >= 0 && to > from) return page.slice(0, from) + section + page.slice(to + end.length);
  return `${page.trimEnd()}\n\n${heading}\n\n${section}\n`;
}

function conditions({
  date,
  commit,
  node,
  postgres,
  processor,
  memory,
  fsync,
  scale,
  packages,
}: Environment): string {
  const size = scale.name === 'full' ? '' : `${scale.name}, `;
  const rounds = scale.rounds === 1 ? '1 round' : `${scale.rounds} rounds in turns`;
  const versions = Object.entries(packages).map(([name, version]) => `${name} ${version}`);
  return (
    `_${date.slice(0, 10)}, commit ${commit}: ${size}${rounds}; Node ${node}, PostgreSQL ${postgres} ` +
    `(fsync ${fsync}), ${processor}, ${(memory / 2 ** 30).toFixed(0)} GiB; ${versions.join(', ')}._`
  );
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '# Performance\n';
    throw error;
  }
}
