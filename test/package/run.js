import { spawnSync } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { assertContents } from './contents.js';

// Packs the library as it would be published, installs it into an empty project, and uses it there.

const root = path.resolve(import.meta.dirname, '../..');
const directory = await mkdtemp(path.join(tmpdir(), 'nestevents-consumer-'));
try {
  const tarball = await pack();
  await install(tarball);
  node('exports.mjs');
  node('exports.cjs');
  node('commands.mjs');
  step('tsc', () => run(directory, process.execPath, 'node_modules/typescript/bin/tsc', '-p', '.'));
  node('app.js');
  console.log('The packed library works in an empty project.');
} finally {
  await rm(directory, { recursive: true, force: true });
}

/** Builds and packs, with npm's own hooks, into the consumer's directory. */
async function pack() {
  const packed = step('npm pack', () => npm(root, 'pack', '--json', '--pack-destination', directory));
  // Before the JSON may stand what the build printed.
  const answer = JSON.parse(packed.slice(packed.search(/^[[{]/m)));
  const [{ filename, files }] = Array.isArray(answer) ? answer : Object.values(answer);
  await assertContents(
    root,
    files.map((file) => file.path),
  );
  console.log(`  ${files.length} files`);
  return filename;
}

/** Installs the tarball, its peers in our own versions, and what a TypeScript project needs. */
async function install(tarball) {
  await cp(path.join(import.meta.dirname, 'consumer'), directory, { recursive: true });
  const manifest = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));
  const { packages } = JSON.parse(await readFile(path.join(root, 'package-lock.json'), 'utf8'));
  const names = [...Object.keys(manifest.peerDependencies), '@nestjs/testing', '@types/node', 'typescript'];
  const versions = names.map((name) => [name, packages[`node_modules/${name}`].version]);
  const dependencies = { nestevents: `file:${tarball}`, ...Object.fromEntries(versions) };
  const project = { private: true, type: 'module', dependencies };
  await writeFile(path.join(directory, 'package.json'), JSON.stringify(project));
  // Every peer dependency is named, so a conflict between two of them is an error here.
  const flags = ['--prefer-offline', '--strict-peer-deps', '--ignore-scripts', '--no-audit', '--no-fund'];
  step('npm install', () => npm(directory, 'install', ...flags));
}

function node(file) {
  const output = step(`node ${file}`, () => run(directory, process.execPath, file));
  process.stdout.write(output.replace(/^(?=.)/gm, '  '));
}

function npm(cwd, ...args) {
  const script = process.env.npm_execpath;
  return script ? run(cwd, process.execPath, script, ...args) : run(cwd, 'npm', ...args);
}

function run(cwd, file, ...args) {
  const { status, stdout, stderr } = spawnSync(file, args, {
    cwd,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status === 0) return stdout;
  throw new Error(`${[file, ...args].join(' ')} failed:\n${stdout}\n${stderr}`);
}

function step(name, act) {
  const start = performance.now();
  const result = act();
  console.log(`${name} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
  return result;
}
