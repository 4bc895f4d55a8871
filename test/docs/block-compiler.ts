import path from 'node:path';
import ts from 'typescript';
import { EXAMPLES } from './example-files.js';
import { PROJECT_ROOT, type CodeBlock } from './markdown-pages.js';

/**
 * Checks the types of blocks as if each were a file beside the examples, and answers what the compiler says, with
 * the place in the page.
 */
export function compileBlocks(blocks: readonly CodeBlock[]): string[] {
  const files = new Map(blocks.map((block, index) => [path.join(EXAMPLES, `block-${index}.ts`), block]));
  const config = path.join(PROJECT_ROOT, 'tsconfig.json');
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(config, ts.sys.readFile).config,
    ts.sys,
    PROJECT_ROOT,
  );
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  const textOf = (file: string): string | undefined => {
    const block = files.get(path.resolve(file));
    return block && `${block.given}${block.text}export {};\n`;
  };
  host.fileExists = (file) => textOf(file) !== undefined || fileExists(file);
  host.readFile = (file) => textOf(file) ?? readFile(file);
  host.getSourceFile = (file, version, ...others) => {
    const text = textOf(file);
    return text === undefined
      ? getSourceFile(file, version, ...others)
      : ts.createSourceFile(file, text, version);
  };
  const program = ts.createProgram([...files.keys()], options, host);
  return [...files].flatMap(([file, block]) => {
    const source = program.getSourceFile(file)!;
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
      (problem) => describe(problem, block),
    );
  });
}

function describe({ file, start = 0, messageText }: ts.Diagnostic, block: CodeBlock): string {
  const position = file?.getLineAndCharacterOfPosition(start).line ?? 0;
  const [page, fence] = block.place.split(':');
  const line = position - (block.given.split('\n').length - 1);
  const place = line < 0 ? `${block.place}, what is given` : `${page}:${Number(fence) + 1 + line}`;
  return `${place}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
}
