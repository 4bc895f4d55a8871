import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import type { BenchServer } from './bench-server.js';
import { query } from './bench-server.js';
import type { Scale } from './scale.js';
import type { System } from './system.js';

/** Under which conditions figures were found. */
export interface Environment {
  readonly date: string;
  readonly commit: string;
  readonly node: string;
  readonly postgres: string;
  readonly processor: string;
  readonly memory: number;
  readonly fsync: string;
  readonly scale: Scale;
  readonly packages: Readonly<Record<string, string>>;
}

/** Looks at where we are. */
export async function describeEnvironment(
  server: BenchServer,
  scale: Scale,
  systems: readonly System[],
): Promise<Environment> {
  const url = await server.createDatabase();
  const [found] = await query<{ version: string; fsync: string }>(
    url,
    `select current_setting('server_version') as version, current_setting('fsync') as fsync`,
  );
  await server.dropDatabase(url);
  const processors = cpus();
  return {
    date: new Date().toISOString(),
    commit: commit(),
    node: process.versions.node,
    postgres: found!.version,
    processor: `${processors.length} × ${processors[0]?.model.trim() ?? 'unknown'}`,
    memory: totalmem(),
    fsync: found!.fsync,
    scale,
    packages: await versionsOf(['pg', ...systems.flatMap((system) => system.packages)]),
  };
}

function commit(): string {
  try {
    const git = (...args: string[]): string =>
      execFileSync('git', args, {
        cwd: import.meta.dirname,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
    const changed = git('status', '--porcelain', '--untracked-files=no') !== '';
    return `${git('rev-parse', '--short', 'HEAD').trim()}${changed ? ' and changes' : ''}`;
  } catch {
    return 'unknown';
  }
}

/** The versions are pinned. */
async function versionsOf(names: readonly string[]): Promise<Record<string, string>> {
  const file = new URL('../package.json', import.meta.url);
  const { dependencies } = JSON.parse(await readFile(file, 'utf8')) as {
    dependencies: Record<string, string>;
  };
  return Object.fromEntries(names.map((name) => [name, dependencies[name] ?? 'unknown']));
}
