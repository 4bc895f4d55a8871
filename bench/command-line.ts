import path from 'node:path';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { startServer } from './harness/bench-server.js';
import { describeEnvironment } from './harness/environment.js';
import { Recorder } from './harness/recorder.js';
import { runWorkloads } from './harness/run-workloads.js';
import { FULL, QUICK } from './harness/scale.js';
import { compare } from './report/comparison.js';
import { tableOf } from './report/table.js';
import { installedSystems, systems } from './systems/index.js';
import { workloads } from './workloads/index.js';

interface Options {
  rounds?: number;
  only?: string[];
  systems?: string[];
  quick?: boolean;
  out?: string;
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
    .option('--sources', 'measure the sources as they are, without a build')
    .option('--out <file>', 'the page to write to')
    .exitOverride();
  try {
    program.parse(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode;
    throw error;
  }
  return measure(program.opts<Options>());
}

async function measure({ rounds, only, systems: chosen, quick }: Options): Promise<number> {
  const usual = quick ? QUICK : FULL;
  const scale = { ...usual, rounds: rounds ?? usual.rounds };
  const measured = installedSystems.filter(({ name }) => chosen?.includes(name) ?? true);
  const server = await startServer();
  try {
    const environment = await describeEnvironment(server, scale, measured);
    const file = path.join(import.meta.dirname, 'results', `${environment.date.replaceAll(':', '-')}.jsonl`);
    const recorder = await Recorder.create(file, environment);
    await runWorkloads({
      workloads: workloads.filter(({ name }) => only?.includes(name) ?? true),
      systems: measured,
      scale,
      server,
      recorder,
      done: ({ name, title }, seconds) => {
        const rows = compare(recorder.samples.filter(({ workload }) => workload === name));
        console.log(`\n${title} (${seconds.toFixed(0)} s)\n`);
        if (rows.length > 0) console.log(tableOf(rows));
        for (const failed of recorder.failures.filter(({ workload }) => workload === name))
          console.error(`${failed.case}, ${failed.system}: ${failed.failure}`);
      },
    });
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
