import path from 'node:path';
import ts from 'typescript';

const FOLDER = import.meta.dirname;

const OPTIONS: ts.CompilerOptions = {
  strict: true,
  exactOptionalPropertyTypes: true,
  isolatedModules: true,
  noUncheckedIndexedAccess: true,
  noPropertyAccessFromIndexSignature: true,
  noEmit: true,
  skipLibCheck: true,
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.NodeNext,
  types: ['node'],
};

/** A program of modules that are not on disk, by their names, which end in `.ts`. */
export function programOf(modules: Readonly<Record<string, string>>): ts.Program {
  const texts = new Map(Object.entries(modules).map(([name, text]) => [path.join(FOLDER, name), text]));
  const host = ts.createCompilerHost(OPTIONS);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (file) => texts.has(file) || fileExists(file);
  host.readFile = (file) => texts.get(file) ?? readFile(file);
  host.getSourceFile = (file, version, ...others) => {
    const text = texts.get(file);
    return text === undefined
      ? getSourceFile(file, version, ...others)
      : ts.createSourceFile(file, text, version, true);
  };
  return ts.createProgram([...texts.keys()], OPTIONS, host);
}

/** A module of a program of {@link programOf}. */
export function moduleOf(program: ts.Program, name: string): ts.SourceFile {
  return program.getSourceFile(path.join(FOLDER, name))!;
}

/** All that the compiler says against modules, as `name:line: message`. */
export function complaints(modules: Readonly<Record<string, string>>): string[] {
  const program = programOf(modules);
  return Object.keys(modules).flatMap((name) => {
    const source = moduleOf(program, name);
    const all = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return all.map(({ start = 0, messageText }) => {
      const { line } = source.getLineAndCharacterOfPosition(start);
      return `${name}:${line + 1}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
    });
  });
}
