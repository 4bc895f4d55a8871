import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { Command } from 'commander';
import { CommandFailure } from '../command-failure.js';
import type { CommandIo } from '../command-io.js';
import { quote } from '../terminal-text.js';
import { asyncApiDocument } from './async-api.js';
import { writeCatalogue } from './catalogue.js';
import { fileAddress } from './file-address.js';
import { outdatedFiles, writeFiles } from './generated-files.js';
import { jsonText } from './json-text.js';
import { loadedEvents } from '../loaded-events.js';
import { oneLine } from './markdown-text.js';
import { nearestPackage } from './package-facts.js';

interface DocsOptions {
  readonly out: string;
  readonly title?: string;
  readonly apiVersion?: string;
  readonly check?: true;
}

const USAGE = 'nestevents schema docs <dir> --out <folder>';
const SEMVER = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/;

const HELP = `
Writes events.md, a page for readers with all events, fields, types and versions, and asyncapi.json, an AsyncAPI 3
document with the newest version of each event as Avro. Other files in the folder are left alone.

Examples:
  nestevents schema docs --out docs/events
  nestevents schema docs services/orders/avro --out docs/orders --title Orders --api-version 2.1.0
  nestevents schema docs --out docs/events --check      for pull requests: fails if the files are out of date

Exit codes: 0 done, 1 problems found or files out of date, 2 a wrong call.`;

/** `nestevents schema docs`: a catalogue of the events and an AsyncAPI document. */
export function docsCommand(io: CommandIo): Command {
  return new Command('docs')
    .summary('describe the events for people and tools')
    .description('Write a catalogue of all events, and an AsyncAPI document.')
    .argument('[dir]', 'the directory that holds the schemas', 'avro')
    .requiredOption('--out <folder>', 'where to write events.md and asyncapi.json')
    .option(
      '--title <text>',
      'what the events belong to (default: the name in the nearest package.json, or Events)',
    )
    .option(
      '--api-version <semver>',
      'the version of the AsyncAPI document (default: the one in the nearest package.json, or 0.0.0)',
    )
    .option('--check', 'write nothing; fail if the files are out of date')
    .addHelpText('after', HELP)
    .action((dir: string, options: DocsOptions) => writeDocs(io, dir, options));
}

function writeDocs(io: CommandIo, dir: string, options: DocsOptions): void {
  const schemas = resolve(io.workingDirectory, dir);
  const out = resolve(io.workingDirectory, options.out);
  assertOutside(schemas, out);
  const facts = describedBy(schemas, options);
  const events = loadedEvents(io, dir, USAGE);
  const files = new Map([
    [
      join(out, 'events.md'),
      writeCatalogue(events, { title: facts.title, link: (file) => fileAddress(out, file) }),
    ],
    [join(out, 'asyncapi.json'), jsonText(asyncApiDocument(events, facts))],
  ]);
  const shown = (paths: Iterable<string>): string[] =>
    [...paths].map((path) => relative(io.workingDirectory, path));
  if (!options.check) {
    writeFiles(files);
    io.out(
      shown(files.keys())
        .map((path) => `${path}\n`)
        .join(''),
    );
    return;
  }
  const outdated = shown(outdatedFiles(files));
  if (outdated.length === 0) return;
  const are = outdated.length === 1 ? 'is' : 'are';
  throw new CommandFailure(
    `${outdated.join(' and ')} ${are} out of date; run the command without --check.`,
    1,
  );
}

function describedBy(
  schemas: string,
  { title, apiVersion }: DocsOptions,
): { title: string; version: string } {
  if (apiVersion !== undefined && !SEMVER.test(apiVersion)) {
    throw new CommandFailure(`${quote(apiVersion)} is no version for --api-version; pass one such as 1.2.3.`);
  }
  const ofPackage = title === undefined || apiVersion === undefined ? nearestPackage(schemas) : {};
  return {
    title: oneLine(title ?? ofPackage.name ?? '') || 'Events',
    version: apiVersion ?? ofPackage.version ?? '0.0.0',
  };
}

/** In there, the AsyncAPI document would be taken for a schema. */
function assertOutside(schemas: string, out: string): void {
  const way = relative(schemas, out);
  if (way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way)) return;
  throw new CommandFailure(
    `${out} is in the schema directory ${schemas}; pass a folder outside it with --out, as all files in there are schemas.`,
  );
}
