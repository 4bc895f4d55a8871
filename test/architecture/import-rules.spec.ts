import { findCycles } from './import-cycles.js';
import { findViolations } from './import-rules.js';
import { readSourceFiles } from './source-files.js';

const tree = (files: Record<string, string>) => new Map(Object.entries(files));

describe('the sources', () => {
  it('keep the rules about folders, names and imports', async () => {
    const files = await readSourceFiles();
    expect(files.size).toBeGreaterThan(50);
    expect(findViolations(files)).toEqual([]);
  });

  it('have no cycles of imports', async () => {
    expect(findCycles(await readSourceFiles())).toEqual([]);
  });
});

describe('the checker', () => {
  const index = { 'domain/index.ts': '', 'store/index.ts': '', 'typeorm/index.ts': '', 'index.ts': '' };

  it.each([
    [
      'a folder further down',
      'domain/a.ts',
      `import { A } from '../store/index.js';`,
      'domain may not know store',
    ],
    [
      'a type further down',
      'store/a.ts',
      `import type { A } from '../typeorm/index.js';`,
      'may not know typeorm',
    ],
    ['a dynamic import', 'store/a.ts', `await import('../typeorm/index.js');`, 'may not know typeorm'],
    ['an import type', 'store/a.ts', `type A = import('../typeorm/index.js').A;`, 'may not know typeorm'],
    ['a re-export', 'store/a.ts', `export * from '../typeorm/index.js';`, 'may not know typeorm'],
    ['the inside of a folder', 'store/a.ts', `import { b } from '../domain/b.js';`, 'through their index.js'],
    ['the public face', 'nest/a.ts', `import { A } from '../index.js';`, 'nobody imports the public face'],
    ['no extension', 'store/a.ts', `import { A } from '../domain/index';`, 'end in .js'],
    ['nothing', 'store/a.ts', `import { A } from './missing.js';`, 'name a file'],
    ['avsc elsewhere', 'store/a.ts', `import avro from 'avsc';`, 'store may not know avsc'],
    [
      'TypeORM elsewhere',
      'store/a.ts',
      `import { DataSource } from 'typeorm';`,
      'store may not know typeorm',
    ],
    ['TypeORM beyond types', 'nest/a.ts', `import { DataSource } from 'typeorm';`, 'types of typeorm only'],
    ['more of @nestjs/typeorm', 'nest/a.ts', `import { InjectRepository } from '@nestjs/typeorm';`, 'only'],
    ['all of @nestjs/typeorm', 'nest/a.ts', `import * as all from '@nestjs/typeorm';`, 'only'],
    [
      'Nest in the domain',
      'domain/a.ts',
      `import { Injectable } from '@nestjs/common';`,
      'types of @nestjs/common',
    ],
    ['Nest beside a type', 'domain/a.ts', `import { type Type, Inject } from '@nestjs/common';`, 'types of'],
    ['files in the domain', 'domain/a.ts', `import 'node:fs';`, 'domain may not know node:fs'],
    ['a package from the face', 'index.ts', `export { v7 } from 'uuid';`, '@nestjs/cqrs alone'],
  ])('finds %s', (_name, file, text, expected) => {
    const violations = findViolations(tree({ ...index, 'domain/b.ts': '', [file]: text }));
    expect(violations).toEqual([expect.stringContaining(expected)]);
    expect(violations[0]).toMatch(new RegExp(`^${file} imports `));
  });

  it.each([
    ['utils/a.ts', ['"utils" is no name', 'no folder of the layout']],
    ['store/types.ts', ['"types" is no name']],
    ['store/EventStore.ts', ['kebab-case']],
    ['misc.ts', ['no folder of the layout']],
  ])('finds the misplaced %s', (file, expected) => {
    expect(findViolations(tree({ [file]: '' }))).toEqual(
      expected.map((text) => expect.stringContaining(text)),
    );
  });

  it('lets pass what is allowed', () => {
    const files = tree({
      ...index,
      'index.ts': `export { A } from './store/index.js'; export { EventBus } from '@nestjs/cqrs';`,
      'domain/a.ts': `import type { Type } from '@nestjs/common'; import { b } from './b.js';`,
      'domain/b.ts': `import 'reflect-metadata';`,
      'nest/a.ts': `import { type DataSource } from 'typeorm'; import { TypeOrmModule } from '@nestjs/typeorm';`,
      'nest/in/b.ts': `import { A } from '../../domain/index.js'; import '../a.js';`,
    });
    expect(findViolations(files)).toEqual([]);
  });

  it('finds cycles, but not those of types', () => {
    const cyclic = {
      'a.ts': `import './b.js';`,
      'b.ts': `export * from './c.js';`,
      'c.ts': `import './a.js';`,
    };
    expect(findCycles(tree(cyclic))).toEqual(['a.ts → b.ts → c.ts → a.ts']);
    expect(findCycles(tree({ ...cyclic, 'c.ts': `import type { A } from './a.js';` }))).toEqual([]);
    expect(findCycles(tree({ 'a.ts': `import './a.js';` }))).toEqual(['a.ts → a.ts']);
  });
});
