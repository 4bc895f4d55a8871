import type { Workload } from '../harness/bench.js';
import { append } from './append.js';
import { contention } from './contention.js';
import { load } from './load.js';
import { readAll } from './read-all.js';

/** All workloads, in the order of the page. */
export const workloads: readonly Workload[] = [append, contention, load, readAll];
