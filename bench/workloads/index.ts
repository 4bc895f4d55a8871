import type { Workload } from '../harness/bench.js';
import { append } from './append.js';
import { bulkImport } from './bulk-import.js';
import { catchUp } from './catch-up.js';
import { contention } from './contention.js';
import { globalReader } from './global-reader.js';
import { large } from './large.js';
import { latency } from './latency.js';
import { load } from './load.js';
import { memory } from './memory.js';
import { micro } from './micro.js';
import { oldVersions } from './old-versions.js';
import { readAll } from './read-all.js';
import { snapshots } from './snapshots.js';

/** All workloads, in the order of the page. */
export const workloads: readonly Workload[] = [
  append,
  contention,
  load,
  snapshots,
  oldVersions,
  readAll,
  bulkImport,
  globalReader,
  latency,
  catchUp,
  memory,
  micro,
  large,
];
