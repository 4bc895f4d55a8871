/** A folder of `src`, and what it may know of the world outside. */
export interface Layer {
  readonly folder: string;
  /** Modules it may import; those in `types` only as types. */
  readonly modules: readonly string[];
  readonly types?: readonly string[];
  /** Where only some names of a module may be imported. */
  readonly names?: Readonly<Record<string, readonly string[]>>;
}

/** The folders of `src`; each may import those above it. A new module is a decision: it is added here. */
export const LAYERS: readonly Layer[] = [
  {
    folder: 'domain',
    modules: ['@nestjs/cqrs', 'change-case', 'reflect-metadata', 'uuid'],
    types: ['@nestjs/common'],
  },
  { folder: 'schema', modules: ['avsc', 'node:crypto', 'node:fs', 'node:path', 'node:util', 'uuid'] },
  {
    folder: 'store',
    modules: ['@opentelemetry/api', 'node:async_hooks', 'node:crypto', 'node:timers/promises', 'node:util'],
  },
  { folder: 'snapshots', modules: ['devalue', 'node:async_hooks', 'node:crypto', 'node:util/types'] },
  { folder: 'repository', modules: ['node:async_hooks', 'node:util', 'p-retry'] },
  {
    folder: 'projections',
    modules: ['@opentelemetry/api', 'node:timers/promises', 'node:util', 'reflect-metadata'],
  },
  { folder: 'typeorm', modules: ['node:async_hooks', 'node:crypto', 'node:timers/promises', 'typeorm'] },
  {
    folder: 'nest',
    modules: [
      '@nestjs/common',
      '@nestjs/core',
      '@nestjs/cqrs',
      '@nestjs/typeorm',
      'node:util',
      'reflect-metadata',
      'uuid',
    ],
    types: ['rxjs', 'typeorm'],
    names: { '@nestjs/typeorm': ['getDataSourceToken', 'TypeOrmModule'] },
  },
  { folder: 'cli', modules: ['commander', 'node:child_process', 'node:fs', 'node:path', 'node:util'] },
  { folder: 'testing', modules: ['@nestjs/common', 'node:assert/strict', 'node:util'] },
];

/** The public face: it imports folders and hands on parts of `@nestjs/cqrs`. */
export const PUBLIC_FACE = 'index.ts';

/** Names that say nothing: what such a file or folder would hold lives with its user, or is a concept with a name. */
export const EMPTY_NAMES: ReadonlySet<string> = new Set([
  'common',
  'helper',
  'helpers',
  'interface',
  'interfaces',
  'type',
  'types',
  'util',
  'utils',
]);
