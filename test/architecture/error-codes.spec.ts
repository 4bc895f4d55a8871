import { readFile } from 'node:fs/promises';
import path from 'node:path';
import ts from 'typescript';
import { PublicFace } from './public-face.js';
import { readSourceFiles, SOURCE_ROOT } from './source-files.js';

// Codes are for programs, so they stay. docs/errors.md is their list: removing one there is a breaking change.

/** The codes of all exported error classes, by class; `undefined` for one that has no code of its own. */
function codesByClass(): Map<string, string | undefined> {
  const face = new PublicFace();
  const codes = new Map<string, string | undefined>();
  for (const { name, symbol, own } of face.names('nestevents')) {
    const declaration = symbol.valueDeclaration;
    if (!own || !declaration || !ts.isClassDeclaration(declaration) || !name.endsWith('Error')) continue;
    if (declaration.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.AbstractKeyword)) continue;
    codes.set(name, codeOf(declaration));
  }
  return codes;
}

function codeOf(declaration: ts.ClassDeclaration): string | undefined {
  const property = declaration.members
    .filter(ts.isPropertyDeclaration)
    .find(({ name }) => name.getText() === 'code');
  return property?.initializer && ts.isStringLiteral(property.initializer)
    ? property.initializer.text
    : undefined;
}

/** The codes of problems, also those of the command line: `EventSchemaError` carries them, they are no errors of their own. */
async function problemCodes(): Promise<string[]> {
  const texts = [...(await readSourceFiles())]
    .filter(([file]) => file.startsWith('schema/') || file.startsWith('cli/'))
    .map(([, text]) => text);
  const codes = texts.flatMap((text) =>
    [...text.matchAll(/'((?:SCHEMA|PAYLOAD)(?:_[A-Z]+)+)'/g)].map(([, code]) => code!),
  );
  return [...new Set(codes)].sort();
}

const readPage = () => readFile(path.resolve(SOURCE_ROOT, '../docs/errors.md'), 'utf8');

const found = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, code]) => code!);

describe('every exported error class', () => {
  const codes = codesByClass();

  it('is found', () => {
    expect(codes.size).toBeGreaterThan(15);
  });

  it('has a code of its own', () => {
    const bare = [...codes].filter(([, code]) => code === undefined);
    expect(bare).toEqual([]);
    expect(new Set(codes.values()).size).toBe(codes.size);
  });

  it('is exported, and so is in this list', async () => {
    const declared = [...(await readSourceFiles()).values()].flatMap((text) =>
      // What extends Error alone stays inside.
      found(text, /^export class (\w+Error) extends (?!Error\b)/gm),
    );
    expect([...codes.keys()].sort()).toEqual(declared.sort());
  });

  it('has its section in docs/errors.md, and each section its class', async () => {
    const sections = found(await readPage(), /^### `([A-Z_]+)`$/gm);
    expect([...sections].sort()).toEqual([...codes.values()].map(String).sort());
    const classes = found(await readPage(), /^### `[A-Z_]+`\n\n`(\w+)`/gm);
    expect(classes).toEqual(sections.map((code) => [...codes].find(([, each]) => each === code)?.[0]));
  });
});

it('every code of a schema problem has its row in docs/errors.md, and each row its code', async () => {
  const rows = found(await readPage(), /^\| `([A-Z_]+)` +\|/gm);
  expect(rows.sort()).toEqual(await problemCodes());
});
