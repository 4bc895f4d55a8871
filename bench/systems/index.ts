import type { System } from '../harness/system.js';
import { nestevents, nesteventsAvro } from './nestevents/nestevents-system.js';
import { emmett } from './peers/emmett.js';
import { evtstore } from './peers/evtstore.js';
import { isInstalled } from './peers/peer-package.js';
import { raw } from './raw/raw-system.js';

/** All systems, the one that the others are compared with first. */
export const systems: readonly System[] = [raw, nestevents, nesteventsAvro, emmett, evtstore];

/** Those whose packages are installed. */
export const installedSystems = systems.filter(({ packages }) => packages.every(isInstalled));
