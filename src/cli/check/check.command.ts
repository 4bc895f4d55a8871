import { Command, Option } from 'commander';
import { readSchemaDirectory } from '../../schema/index.js';
import type { CompatibilityMode, SchemaDirectory, SchemaProblem } from '../../schema/index.js';
import { CommandFailure } from '../command-failure.js';
import { pathOf } from '../command-io.js';
import type { CommandIo } from '../command-io.js';
import { compatibilityOption } from '../compatibility-option.js';
import { terminalText } from '../terminal-text.js';
import { wrongDirectory } from '../wrong-directory.js';
import { directoryAt } from './earlier-directory.js';
import type { EarlierDirectory } from './earlier-directory.js';
import { problemsAsJson } from './problem-json.js';
import { reportAsText } from './problem-text.js';
import { checkSchemas } from './schema-check.js';
import { UnusableRef } from './unusable-ref.js';

interface CheckOptions {
  readonly compatibility: CompatibilityMode;
  readonly against?: string;
  readonly format: 'text' | 'json';
}

const HELP = `
Checked are JSON, file names, versions without gaps, types, defaults, unions, and whether every version reads what
earlier ones wrote. With --against, a version that was there at the commit may be neither removed nor changed.

Examples:
  nestevents schema check                               the schemas in ./avro
  nestevents schema check services/orders/avro
  nestevents schema check --against origin/main         for pull requests
  nestevents schema check --format json | jq '.problems[].file'

With --format json, standard output is one JSON document, also for a directory or a commit that is wrong.

Exit codes in both formats: 0 no problems, 1 problems found, 2 a wrong call (directory, commit, option).`;

/** `nestevents schema check`: everything that is wrong with the schemas of a directory. */
export function checkCommand(io: CommandIo): Command {
  return new Command('check')
    .summary('check a directory of schemas')
    .description('Check all schemas of a directory, and print every problem.')
    .argument('[dir]', 'the directory that holds the schemas', 'avro')
    .addOption(compatibilityOption())
    .option('--against <git ref>', 'compare with the schemas of this commit, branch or tag')
    .addOption(new Option('--format <format>', 'how to print').choices(['text', 'json']).default('text'))
    .addHelpText('after', HELP)
    .action((dir: string, options: CheckOptions) => check(io, dir, options));
}

function check(io: CommandIo, dir: string, { compatibility, against, format }: CheckOptions): void {
  const refuse = (problem: SchemaProblem): never => {
    if (format === 'text') throw new CommandFailure(problem.message);
    io.out(problemsAsJson([problem]));
    throw new CommandFailure('');
  };
  const directory = readSchemaDirectory(pathOf(io, dir));
  const [fault] = directory.problems;
  if (!directory.readable && fault) {
    return refuse({ ...fault, message: wrongDirectory(directory, 'nestevents schema check <dir>') });
  }
  const earlier = against === undefined ? undefined : earlierState(directory, against, refuse);
  if (earlier?.files.length === 0) {
    io.err(terminalText(`At ${earlier.ref}, ${directory.path} held no schemas, so all of them are new.\n`));
  }
  const result = checkSchemas(directory, { compatibility, earlier });
  io.out(format === 'json' ? problemsAsJson(result.problems) : reportAsText(io, result));
  if (result.problems.length > 0) throw new CommandFailure('', 1);
}

function earlierState(
  { path }: SchemaDirectory,
  ref: string,
  refuse: (problem: SchemaProblem) => never,
): EarlierDirectory {
  try {
    return directoryAt(path, ref);
  } catch (error) {
    if (!(error instanceof UnusableRef)) throw error;
    const { code, message } = error;
    return refuse({ code, message });
  }
}
