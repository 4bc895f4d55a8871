import { contractsIn, loadEventSchemas, readSchemaDirectory } from '../schema/index.js';
import type { EventSchemas } from '../schema/index.js';
import { problemsAsText } from './check/problem-text.js';
import { checkSchemas } from './check/schema-check.js';
import { CommandFailure } from './command-failure.js';
import { pathOf } from './command-io.js';
import type { CommandIo } from './command-io.js';
import { wrongDirectory } from './wrong-directory.js';

/**
 * Loads the schemas of all events in a directory, sorted by aggregate and event; problems are printed.
 *
 * How versions fit together is left to `schema check`, which can be told the mode of compatibility.
 *
 * @throws CommandFailure if the directory is wrong, or there are problems.
 */
export function loadedEvents(io: CommandIo, dir: string, usage: string): readonly EventSchemas[] {
  const directory = readSchemaDirectory(pathOf(io, dir));
  if (!directory.readable) throw new CommandFailure(wrongDirectory(directory, usage));
  const { problems } = checkSchemas(directory, { compatibility: 'none' });
  if (problems.length > 0) {
    io.err(problemsAsText({ colours: false }, problems));
    throw new CommandFailure('The schemas have problems, so nothing was written; correct them first.', 1);
  }
  return loadEventSchemas(directory, contractsIn(directory), { compatibility: 'none' }).events;
}
