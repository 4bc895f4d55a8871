import path from 'node:path';
import { EMPTY_NAMES, LAYERS, PUBLIC_FACE } from './layers.js';
import { findImports, type ModuleImport } from './module-imports.js';
import type { SourceFiles } from './source-files.js';

/** Every place where the files break a rule about folders, names and imports, as a sentence; none is as it should be. */
export function findViolations(files: SourceFiles): string[] {
  const imports = findImports(files);
  return [
    ...[...files.keys()].flatMap(checkPlace),
    ...imports.flatMap((each) => checkImport(each, files).map((problem) => `${describe(each)}: ${problem}`)),
  ];
}

function describe({ file, specifier }: ModuleImport): string {
  return `${file} imports ${specifier}`;
}

function checkPlace(file: string): string[] {
  const parts = file.replace(/\.ts$/, '').split('/');
  const empty = parts.filter((part) => EMPTY_NAMES.has(part));
  const problems = empty.map((part) => `${file}: "${part}" is no name for a concept`);
  if (!/^[a-z0-9/.-]+$/.test(file)) problems.push(`${file}: file names are kebab-case`);
  if (file !== PUBLIC_FACE && layerOf(file) < 0) problems.push(`${file}: is in no folder of the layout`);
  return problems;
}

function checkImport(each: ModuleImport, files: SourceFiles): string[] {
  return each.target === undefined ? checkModule(each) : checkFile(each, each.target, files);
}

function checkFile({ file, specifier }: ModuleImport, target: string, files: SourceFiles): string[] {
  if (!specifier.endsWith('.js') || !files.has(target))
    return ['relative imports name a file and end in .js'];
  if (target === PUBLIC_FACE) return ['nobody imports the public face'];
  const [from, to] = [layerOf(file), layerOf(target)];
  if (from === to) return [];
  const problems: string[] = [];
  if (file !== PUBLIC_FACE && to > from) problems.push(`${folderOf(file)} may not know ${folderOf(target)}`);
  if (target !== `${folderOf(target)}/index.ts`)
    problems.push('other folders are imported through their index.js');
  return problems;
}

function checkModule({ file, specifier, typeOnly, names }: ModuleImport): string[] {
  if (file === PUBLIC_FACE)
    return specifier === '@nestjs/cqrs' ? [] : ['the public face knows @nestjs/cqrs alone'];
  const layer = LAYERS[layerOf(file)];
  if (!layer) return [];
  if (!layer.modules.includes(specifier)) {
    if (!layer.types?.includes(specifier)) return [`${layer.folder} may not know ${specifier}`];
    return typeOnly ? [] : [`${layer.folder} may know types of ${specifier} only`];
  }
  const allowed = layer.names?.[specifier];
  if (!allowed || (names.length > 0 && names.every((name) => allowed.includes(name)))) return [];
  return [`${layer.folder} may know ${allowed.join(' and ')} of ${specifier} only`];
}

function folderOf(file: string): string {
  return path.posix.dirname(file).split('/')[0] ?? '';
}

function layerOf(file: string): number {
  return LAYERS.findIndex(({ folder }) => folder === folderOf(file));
}
