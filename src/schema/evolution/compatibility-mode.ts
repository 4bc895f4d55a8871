/**
 * Which versions of a schema have to be able to read which others, as Confluent's schema registry defines it.
 *
 * - `backward`: each version reads what the one before it wrote; `-transitive`: what any earlier one wrote.
 * - `forward`: each version can be read by the one before it; `-transitive`: by any earlier one.
 * - `full`: both.
 * - `none`: anything goes, as long as every version can be read as the newest.
 */
export type CompatibilityMode = (typeof COMPATIBILITY_MODES)[number];

/** All modes, the default first. */
export const COMPATIBILITY_MODES = [
  'backward-transitive',
  'backward',
  'forward',
  'forward-transitive',
  'full',
  'full-transitive',
  'none',
] as const;
