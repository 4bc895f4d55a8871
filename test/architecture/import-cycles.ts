import { findImports } from './module-imports.js';
import type { SourceFiles } from './source-files.js';

/** One way round for each import that leads back to where it came from. Types do not count: they are gone at run time. */
export function findCycles(files: SourceFiles): string[] {
  const edges = new Map<string, string[]>([...files.keys()].map((file) => [file, []]));
  for (const { file, target, typeOnly } of findImports(files)) {
    if (target !== undefined && !typeOnly) edges.get(file)?.push(target);
  }
  const cycles: string[] = [];
  const finished = new Set<string>();
  const visit = (file: string, way: readonly string[]): void => {
    if (way.includes(file)) cycles.push([...way.slice(way.indexOf(file)), file].join(' → '));
    if (way.includes(file) || finished.has(file)) return;
    for (const target of edges.get(file) ?? []) visit(target, [...way, file]);
    finished.add(file);
  };
  for (const file of edges.keys()) visit(file, []);
  return cycles;
}
