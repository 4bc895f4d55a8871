import path from 'node:path';
import ts from 'typescript';
import type { SourceFiles } from './source-files.js';

/** One `import`, `export … from` or `import()` of a file. */
export interface ModuleImport {
  readonly file: string;
  /** As it is written, such as `../store/index.js`. */
  readonly specifier: string;
  /** The file below `src` that a relative specifier means; `undefined` for packages. */
  readonly target: string | undefined;
  /** Whether nothing of it is left in JavaScript. */
  readonly typeOnly: boolean;
  /** The imported names; empty where all of a module is imported. */
  readonly names: readonly string[];
}

/** All that the files import, in order. */
export function findImports(files: SourceFiles): ModuleImport[] {
  return [...files].flatMap(([file, text]) => importsOf(file, text));
}

function importsOf(file: string, text: string): ModuleImport[] {
  const found: ModuleImport[] = [];
  const add = (specifier: ts.Node | undefined, typeOnly = false, names: readonly string[] = []): void => {
    if (!specifier || !ts.isStringLiteral(specifier)) return;
    found.push({ file, specifier: specifier.text, target: targetOf(file, specifier.text), typeOnly, names });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      const bindings = node.importClause?.namedBindings;
      const named = bindings && ts.isNamedImports(bindings) ? bindings : undefined;
      add(node.moduleSpecifier, isTypeOnly(node.importClause, named), namesOf(named));
    } else if (ts.isExportDeclaration(node)) {
      const named = node.exportClause && ts.isNamedExports(node.exportClause) ? node.exportClause : undefined;
      add(node.moduleSpecifier, node.isTypeOnly || allTypes(named), namesOf(named));
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node.arguments[0]);
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      add(node.argument.literal, true);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true));
  return found;
}

function isTypeOnly(clause: ts.ImportClause | undefined, named: ts.NamedImports | undefined): boolean {
  if (clause?.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  return clause?.name === undefined && allTypes(named);
}

function allTypes(named: ts.NamedImports | ts.NamedExports | undefined): boolean {
  const elements: readonly (ts.ImportSpecifier | ts.ExportSpecifier)[] = named?.elements ?? [];
  return elements.length > 0 && elements.every((element) => element.isTypeOnly);
}

function namesOf(named: ts.NamedImports | ts.NamedExports | undefined): string[] {
  const elements: readonly (ts.ImportSpecifier | ts.ExportSpecifier)[] = named?.elements ?? [];
  return elements.map(({ name, propertyName }) => (propertyName ?? name).text);
}

function targetOf(file: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  return path.posix.join(path.posix.dirname(file), specifier).replace(/\.js$/, '.ts');
}
