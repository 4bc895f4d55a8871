import type { System } from '../harness/system.js';
import { nestevents } from './nestevents/nestevents-system.js';
import { raw } from './raw/raw-system.js';

/** All systems, the one that the others are compared with first. */
export const systems: readonly System[] = [raw, nestevents];
