import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readResults } from '../../bench/harness/recorder.js';
import { isInstalled } from '../../bench/systems/peers/peer-package.js';
import { databaseUrl } from '../postgres/admin-connection.js';

const PROGRAM = path.resolve(import.meta.dirname, '../../bench/main.js');

/** In the order of the page. What is measured apart takes long, and packages of bench/package.json may be absent. */
const WORKLOADS = [
  'append',
  'contention',
  'load',
  'snapshots',
  'old-versions',
  'read-all',
  ...(isInstalled('pg-copy-streams') ? ['import'] : []),
  'global-reader',
  'latency',
  'catch-up',
  'memory',
  ...(isInstalled('mitata') ? ['micro'] : []),
];

describe('the benchmark', () => {
  let directory: string;
  let page: string;

  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'nestevents-bench-spec-'));
    page = path.join(directory, 'performance.md');
  });

  afterAll(() => rm(directory, { recursive: true }));

  function bench(...args: string[]): { status: number | null; stdout: string; stderr: string } {
    const env = { ...process.env, DATABASE_URL: databaseUrl('postgres') };
    return spawnSync(process.execPath, [PROGRAM, '--sources', ...args], { env, encoding: 'utf8' });
  }

  it('measures every workload, and writes what it found between the markers of a page', async () => {
    const around =
      '# Speed\n\nBefore.\n\n<!-- bench: load -->\n\nold\n\n<!-- end of bench: load -->\n\nAfter.\n';
    await writeFile(page, around);
    const run = ['--tiny', '--systems', 'raw,nestevents,nestevents-avro', '--results', directory];
    const { status, stdout, stderr } = bench(...run, '--out', page);
    expect({ status, stderr, stdout }).toMatchObject({ status: 0, stderr: '' });

    const [, file] = /^All that was measured is in (.+)\.$/m.exec(stdout)!;
    const { samples, failures } = await readResults(path.resolve(file!));
    expect(failures).toEqual([]);
    expect([...new Set(samples.map(({ workload }) => workload))]).toEqual(WORKLOADS);
    expect(samples.filter(({ value }) => !Number.isFinite(value) || value < 0)).toEqual([]);
    const ofLibrary = samples.filter(({ system }) => system === 'nestevents');
    expect(ofLibrary.find(({ figure }) => figure === '% of events missed')).toMatchObject({ value: 0 });

    const text = await readFile(page, 'utf8');
    expect(text).toMatch(
      /^# Speed\n\nBefore\.\n\n<!-- bench: load -->\n\nOne caller [^]+\| nestevents +\|[^]+\n\nAfter\.\n/,
    );
    expect(text).not.toContain('\nold\n');
    for (const name of WORKLOADS) {
      const marked = new RegExp(`<!-- bench: ${name} -->([^]+)<!-- end of bench: ${name} -->`);
      const [, section] = marked.exec(text)!;
      expect(section).toMatch(/^\| .+: .+ \|( [\d,.]+ \([\d,.]+–[\d,.]+\) +\|)+$/m);
      if (name === 'memory') continue; // there is nothing to compare
      const chart = await readFile(path.join(directory, `performance/${name}.svg`), 'utf8');
      expect(chart).toMatch(/^<svg [^]+<\/svg>\n$/);
    }
    // A second report of the same results changes nothing.
    expect(bench('--from', path.resolve(file!), '--out', page)).toMatchObject({ status: 0 });
    expect(await readFile(page, 'utf8')).toBe(text);
  }, 180_000);

  it.each([
    [['--only', 'append,nothing'], 'There is no "nothing", but: append,'],
    [['--rounds', '0'], 'whole number from 1'],
    [['--systems', 'oracle'], 'There is no "oracle", but: raw, nestevents'],
  ])('refuses %j', (args, message) => {
    const { status, stderr } = bench(...args);
    expect(status).toBe(1);
    expect(stderr).toContain(message);
  });
});
