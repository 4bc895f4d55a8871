import { Option } from 'commander';
import { COMPATIBILITY_MODES } from '../schema/index.js';

/** The option `--compatibility <mode>`, whose value is a `CompatibilityMode`. */
export function compatibilityOption(): Option {
  return new Option('--compatibility <mode>', 'which versions have to read which others')
    .choices(COMPATIBILITY_MODES)
    .default(COMPATIBILITY_MODES[0]);
}
