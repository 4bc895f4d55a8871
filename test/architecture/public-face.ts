import path from 'node:path';
import ts from 'typescript';
import { SOURCE_ROOT } from './source-files.js';

/** The files that package.json's `exports` lead to, below `src`. */
export const ENTRY_POINTS = { nestevents: 'index.ts', 'nestevents/testing': 'testing/index.ts' } as const;

/** A name that an entry point exports. */
export interface PublicName {
  readonly name: string;
  /** What it is in the end, behind all re-exports. */
  readonly symbol: ts.Symbol;
  /** Whether it exists in JavaScript; else it is a type. */
  readonly runtime: boolean;
  /** Whether the library declares it; else it is handed on from a package. */
  readonly own: boolean;
}

/** The library's entry points as the compiler understands them. */
export class PublicFace {
  readonly checker: ts.TypeChecker;
  readonly #program: ts.Program;

  constructor() {
    const config = path.resolve(SOURCE_ROOT, '../tsconfig.json');
    const { options } = ts.parseJsonConfigFileContent(
      ts.readConfigFile(config, ts.sys.readFile).config,
      ts.sys,
      path.dirname(config),
    );
    const entries = Object.values(ENTRY_POINTS).map((file) => path.join(SOURCE_ROOT, file));
    this.#program = ts.createProgram(entries, options);
    this.checker = this.#program.getTypeChecker();
  }

  /** The syntax tree of an entry point. */
  source(entry: keyof typeof ENTRY_POINTS): ts.SourceFile {
    return this.#program.getSourceFile(path.join(SOURCE_ROOT, ENTRY_POINTS[entry]))!;
  }

  /** What an entry point exports, sorted. */
  names(entry: keyof typeof ENTRY_POINTS): PublicName[] {
    const module = this.checker.getSymbolAtLocation(this.source(entry))!;
    const names = this.checker.getExportsOfModule(module).map((exported) => this.#describe(exported));
    return names.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  #describe(exported: ts.Symbol): PublicName {
    const aliased = exported.flags & ts.SymbolFlags.Alias;
    const symbol = aliased ? this.checker.getAliasedSymbol(exported) : exported;
    const files = (symbol.declarations ?? []).map((declaration) => declaration.getSourceFile().fileName);
    return {
      name: exported.name,
      symbol,
      runtime: Boolean(symbol.flags & ts.SymbolFlags.Value) && !isTypeOnly(exported),
      own: files.some((file) => path.resolve(file).startsWith(SOURCE_ROOT + path.sep)),
    };
  }
}

function isTypeOnly(exported: ts.Symbol): boolean {
  return (exported.declarations ?? []).some(
    (declaration) => ts.isExportSpecifier(declaration) && ts.isTypeOnlyImportOrExportDeclaration(declaration),
  );
}
