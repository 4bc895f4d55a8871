import path from 'node:path';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { startServer } from './harness/bench-server.js';
import type { Workload } from './harness/bench.js';
import { describeEnvironment } from './harness/environment.js';
import { readResults, Recorder, type Results } from './harness/recorder.js';
import { runWorkloads } from './harness/run-workloads.js';
import { FULL, QUICK, TINY } from './harness/scale.js';
import { writePage } from './report/page.js';
import { sectionOf } from './report/section.js';
import { installedSystems, systems } from './systems/index.js';
import { isInstalled } from './systems/peers/peer-package.js';
import { workloads } from './workloads/index.js';

const PAGE = path.join(import.meta.dirname, '../docs/performance.md');

interface Options {
  rounds?: number;
  only?: string[];
  systems?: string[];
  quick?: boolean;
  tiny?: boolean;
  out?: string;
  from?: string;
  results: string;
}

/** Runs the benchmark. @returns the exit code: 0 when everything that was to be measured was */
export async function run(args: readonly string[]): Promise<number> {
  const names = workloads.map(({ name }) => name);
  const program = new Command('npm run bench --')
    .description('Measures nestevents and others against raw pg, in turns, and prints ratios.')
    .option('--rounds <number>', 'how often each is measured', wholeNumber)
    .option('--only <names>', `some workloads: ${names.join(', ')}`, listOf(names))
    .option('--systems <names>', 'some systems', listOf(systems.map(({ name }) => name)))
    .option('--quick', 'short slices and small journals: to see at once whether a change helps')
    .option('--tiny', 'hardly anything: to see whether everything works; the figures mean nothing')
    .option('--sources', 'measure the sources as they are, without a build')
    .option(
      '--out <file>',
      'the page to write to; docs/performance.md if not given, and none with --quick or --tiny',
    )
    .option(
      '--results <folder>',
      'where each figure is kept at once',
      path.join(import.meta.dirname, 'results'),
    )
    .option('--from <file>', 'measure nothing, but take what an earlier run has kept')
    .exitOverride();
  try {
    program.parse(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode;
    throw error;
  }
  const options = program.opts<Options>();
  const chosen = workloads.filter(
    ({ name, apart, packages = [] }) =>
      (options.only?.includes(name) ?? !apart) && packages.every(isInstalled),
  );
  const file = options.out ?? (options.quick || options.tiny ? undefined : PAGE);
  const report = async (part: readonly Workload[], results: Results): Promise<void> => {
    for (const workload of part) {
      const section = sectionOf(workload, results);
      if (section) console.log(`\n${workload.title}\n\n${section.text}`);
    }
    if (file) await writePage(file, part, results);
  };
  if (options.from === undefined) return measure(options, chosen, report);
  const results = await readResults(options.from);
  await report(
    workloads.filter(({ name }) => options.only?.includes(name) ?? true),
    results,
  );
  return results.failures.length === 0 ? 0 : 1;
}

async function measure(
  options: Options,
  chosen: readonly Workload[],
  report: (part: readonly Workload[], results: Results) => Promise<void>,
): Promise<number> {
  const usual = options.tiny ? TINY : options.quick ? QUICK : FULL;
  const scale = { ...usual, rounds: options.rounds ?? usual.rounds };
  const measured = installedSystems.filter(({ name }) => options.systems?.includes(name) ?? true);
  const server = await startServer();
  const interrupt = (): void => void server.stop().finally(() => process.exit(130));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, interrupt);
  try {
    const environment = await describeEnvironment(server, scale, measured);
    const file = path.join(options.results, `${environment.date.replaceAll(':', '-')}.jsonl`);
    const recorder = await Recorder.create(file, environment);
    await runWorkloads({
      workloads: chosen,
      systems: measured,
      scale,
      server,
      recorder,
      done: async (workload, seconds) => {
        await report([workload], recorder);
        console.log(`\n${workload.name} took ${seconds.toFixed(0)} s.`);
      },
    });
    for (const { workload, case: name, system, failure } of recorder.failures)
      console.error(`${workload}, ${name}, ${system}: ${failure}`);
    console.log(`\nAll that was measured is in ${path.resolve(file)}.`);
    return recorder.failures.length === 0 ? 0 : 1;
  } finally {
    await server.stop();
  }
}

function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It is a whole number from 1.');
}

function listOf(names: readonly string[]): (text: string) => string[] {
  return (text) => {
    const list = text.split(',');
    const unknown = list.find((name) => !names.includes(name));
    if (unknown === undefined) return list;
    throw new InvalidArgumentError(`There is no "${unknown}", but: ${names.join(', ')}.`);
  };
}
