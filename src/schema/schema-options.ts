import type { CompatibilityMode } from './evolution/compatibility-mode.js';

/** What a user writes under `schemas` in the module's options: where the Avro files are, and how strict to be. */
export interface SchemaOptions {
  /** The directory of the schema files, relative to `process.cwd()`. */
  directory: string;

  /**
   * Whether every append is checked, or only those saved with `validate: true`.
   *
   * @default 'always'
   */
  validate?: 'always' | 'on-demand';

  /**
   * Whether problems found at start-up stop the application, or are only logged.
   *
   * @default 'throw'
   */
  onProblem?: 'throw' | 'warn';

  /**
   * Which versions of a schema have to be able to read which others, with the meaning of Confluent's schema registry.
   * A hand-written `@Upcast` between two versions makes any change between them legal.
   *
   * @default 'backward-transitive'
   */
  compatibility?: CompatibilityMode;

  /**
   * Whether a payload may hold fields its schema does not declare, at any depth.
   *
   * @default false
   */
  allowUndeclaredFields?: boolean;
}
