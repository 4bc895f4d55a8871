import type { SchemaProblem } from '../../schema/index.js';
import { paint } from '../command-io.js';
import type { CommandIo } from '../command-io.js';
import { terminalText } from '../terminal-text.js';
import type { SchemaCheck } from './schema-check.js';

/** The outcome of a check for people: problems under their files, then a line that sums up. */
export function reportAsText(
  io: Pick<CommandIo, 'colours'>,
  { aggregates, events, schemas, problems }: SchemaCheck,
): string {
  const counts = [count(aggregates, 'aggregate'), count(events, 'event'), count(schemas, 'schema')].join(
    ', ',
  );
  const outcome =
    problems.length === 0
      ? paint(io, 'green', 'no problems')
      : paint(io, 'red', count(problems.length, 'problem'));
  return `${problemsAsText(io, problems)}${counts}: ${outcome}\n`;
}

/** Problems under their files, each on a line with code, place and message; `''` if there are none. */
export function problemsAsText(io: Pick<CommandIo, 'colours'>, problems: readonly SchemaProblem[]): string {
  const byFile = new Map<string, SchemaProblem[]>();
  for (const problem of problems) {
    const file = problem.file ?? '';
    byFile.set(file, [...(byFile.get(file) ?? []), problem]);
  }
  return [...byFile].map(([file, ofFile]) => paragraph(io, file, ofFile)).join('');
}

function paragraph(io: Pick<CommandIo, 'colours'>, file: string, problems: readonly SchemaProblem[]): string {
  const lines = problems.map(({ code, path = '', message }) => {
    const at = path === '' ? '' : ` at ${paint(io, 'cyan', oneLine(path))}`;
    return `  ${paint(io, 'red', code)}${at}: ${oneLine(message)}\n`;
  });
  return `${paint(io, 'bold', oneLine(file))}\n${lines.join('')}\n`;
}

function oneLine(text: string): string {
  return terminalText(text).replaceAll('\n', String.raw`\n`);
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
