import type { EventSchema } from '../../schema/index.js';
import { fieldTable } from './field-table.js';
import { code, paragraphs } from './markdown-text.js';
import type { PageLinks } from './page-anchors.js';
import { versionChanges } from './version-changes.js';

/**
 * The section of an event: what it means, its fields, and what its versions changed.
 *
 * @param versions all versions, ascending, up to the newest.
 */
export function eventSection(
  newest: EventSchema,
  versions: readonly EventSchema[],
  links: PageLinks,
): string {
  const { tree, version, file } = newest;
  const earlier = tree.aliases.length > 0 ? ` Earlier called ${tree.aliases.map(code).join(', ')}.` : '';
  return [
    `### ${code(newest.eventType)}`,
    paragraphs(tree.doc ?? ''),
    `Version ${version}: the record ${code(tree.name)} in ${fileLink(file, links)}.${earlier}`,
    fieldTable(tree, links.type),
    ...(versions.length > 1 ? ['Versions:', versionList(versions, links)] : []),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function versionList(schemas: readonly EventSchema[], links: PageLinks): string {
  const items = schemas.map(({ version, file, tree }, index) => {
    const before = schemas[index - 1];
    const changes = before ? versionChanges(before.tree, tree) : [];
    if (before && changes.length === 0) changes.push('Changes nothing but docs, or the order of fields.');
    return [`- Version ${version}, in ${fileLink(file, links)}`, ...changes.map((change) => `  - ${change}`)];
  });
  return items.reverse().flat().join('\n');
}

function fileLink(file: string, links: PageLinks): string {
  return `[${code(file.slice(file.search(/[^/\\]*$/)))}](${links.file(file)})`;
}
