import { Bench, type Workload } from './bench.js';
import type { BenchServer } from './bench-server.js';
import type { Recorder } from './recorder.js';
import type { Scale } from './scale.js';
import type { System } from './system.js';

/** What a run is made of. */
export interface RunOptions {
  readonly workloads: readonly Workload[];
  readonly systems: readonly System[];
  readonly scale: Scale;
  readonly server: BenchServer;
  readonly recorder: Recorder;
  /** Is called after each workload. */
  readonly done: (workload: Workload, seconds: number) => Promise<void>;
}

/** Runs one workload after the other; one that fails is noted, and the next begins. */
export async function runWorkloads(options: RunOptions): Promise<void> {
  const { workloads, systems, scale, server, recorder, done } = options;
  for (const workload of workloads) {
    const begun = performance.now();
    const bench = new Bench(scale, systems, server, recorder, workload.name);
    try {
      try {
        await workload.run(bench);
      } finally {
        await bench.close();
      }
    } catch (error) {
      const failure = error instanceof Error ? (error.stack ?? error.message) : String(error);
      await recorder.add({ workload: workload.name, case: 'the workload', system: 'all', failure });
    }
    await done(workload, (performance.now() - begun) / 1_000);
  }
}
