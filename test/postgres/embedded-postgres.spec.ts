import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { startEmbeddedPostgres, type EmbeddedDatabase } from '../../sample-app/database/embedded-postgres.js';
import { removeEmbeddedPostgres } from '../../sample-app/database/remove-embedded-postgres.js';
import { lives, runEmbeddedProgram, untilQuiet, type EmbeddedProgram } from './program-run.js';

const onLinux = process.platform === 'linux' ? describe : describe.skip;
const asRoot = process.getuid?.() === 0 ? it : it.skip;

const settings = { fsync: 'off' };
const programs: EmbeddedProgram[] = [];
let root: string;
let directory: string;

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'nestevents-embedded-'));
  await chmod(root, 0o755);
});

beforeEach(() => {
  directory = path.join(root, Math.random().toString(36).slice(2), 'db');
});

afterEach(async () => {
  for (const program of programs.splice(0)) program.process.kill('SIGKILL');
  await untilQuiet(root);
});

afterAll(() => rm(root, { recursive: true, force: true, maxRetries: 5 }));

async function query<T extends object>(url: string, sql: string): Promise<T[]> {
  const client = new Client(url);
  await client.connect();
  try {
    return (await client.query<T>(sql)).rows;
  } finally {
    await client.end();
  }
}

async function restart(): Promise<EmbeddedDatabase> {
  return startEmbeddedPostgres({ directory, settings });
}

function run(...args: Parameters<typeof runEmbeddedProgram>): EmbeddedProgram {
  const program = runEmbeddedProgram(...args);
  programs.push(program);
  return program;
}

/** A program that was killed after it had committed a row. */
async function killedProgram(
  alsoKill: 'nothing' | 'lifeline' | 'lifeline and postgres',
): Promise<{ postgres: number }> {
  const program = run(directory, 'stay');
  const { url } = await program.next();
  await query(url!, 'CREATE TABLE kept AS SELECT 1 AS row');
  const children = program.children();
  const postgres = children.find(({ command }) => command.includes('-D'))!.pid;
  const lifeline = children.find(({ command }) => command.includes('sh -c'))!.pid;
  if (alsoKill !== 'nothing') process.kill(lifeline, 'SIGKILL');
  await program.kill();
  if (alsoKill === 'lifeline and postgres') {
    process.kill(postgres, 'SIGKILL');
    while (lives(postgres)) await sleep(10);
  }
  return { postgres };
}

async function expectRestartWithData(): Promise<void> {
  const database = await restart();
  try {
    expect(await query(database.url, 'SELECT * FROM kept')).toEqual([{ row: 1 }]);
  } finally {
    await database.stop();
  }
}

describe('an embedded PostgreSQL', () => {
  it('is a UTF-8 server for this machine only, with the database and the settings asked for', async () => {
    const database = await startEmbeddedPostgres({
      directory,
      database: 'My "Shop"',
      settings: { ...settings, max_connections: '17' },
    });
    expect(
      await query(
        database.url,
        `SELECT current_database(), pg_encoding_to_char(encoding) AS encoding, datcollate,
                current_setting('listen_addresses') AS addresses, current_setting('max_connections') AS connections,
                current_setting('unix_socket_directories') AS sockets
           FROM pg_database WHERE datname = current_database()`,
      ),
    ).toEqual([
      {
        current_database: 'My "Shop"',
        encoding: 'UTF8',
        datcollate: 'C',
        addresses: '127.0.0.1',
        connections: '17',
        sockets: '',
      },
    ]);
    await Promise.all([database.stop(), database.stop()]);
    await database.stop();
    await expect(query(database.url, 'SELECT 1')).rejects.toThrow(/ECONNREFUSED/);
  });

  it('keeps its data until the next start', async () => {
    const first = await restart();
    await query(first.url, 'CREATE TABLE kept AS SELECT 1 AS row');
    await first.stop();
    await expectRestartWithData();
  });

  it('uses the port asked for, and says so when it is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    await expect(startEmbeddedPostgres({ directory, port, settings })).rejects.toThrow(/The port is taken/);
    await new Promise((resolve) => other.close(resolve));
    const database = await startEmbeddedPostgres({ directory, port, settings });
    expect(new URL(database.url).port).toBe(String(port));
    await database.stop();
  });

  it('puts the end of its log into the error when it does not start', async () => {
    const start = startEmbeddedPostgres({ directory, settings: { no_such_setting: '1' } });
    await expect(start).rejects.toThrow(
      /^Starting PostgreSQL in .* failed\.\nTo do without .*DATABASE_URL.*\n.*log:\n[^]*unrecognized configuration parameter/,
    );
  });

  it('refuses a second start in one process, and leaves the first alone', async () => {
    const first = await restart();
    await expect(restart()).rejects.toThrow(`already run by process ${process.pid} (this one)`);
    await expect(removeEmbeddedPostgres(directory)).rejects.toThrow('already run');
    expect(await query(first.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await first.stop();
    await removeEmbeddedPostgres(directory);
    expect(existsSync(directory)).toBe(false);
  });

  it('never touches a folder it did not make', async () => {
    const foreign = path.join(directory, 'pgdata', 'thesis.txt');
    await mkdir(path.dirname(foreign), { recursive: true });
    await writeFile(foreign, 'ten years of work');
    await expect(restart()).rejects.toThrow(/not a readable PostgreSQL data folder.*move it away/);
    expect(await readFile(foreign, 'utf8')).toBe('ten years of work');
  });

  asRoot('says which folder is closed to the user postgres', async () => {
    const closed = path.join(directory, 'closed');
    await mkdir(closed, { recursive: true });
    await chmod(closed, 0o700);
    await expect(startEmbeddedPostgres({ directory: path.join(closed, 'db') })).rejects.toThrow(
      new RegExp(`may not enter ${closed}: move the project.*[^]*DATABASE_URL`),
    );
  });

  asRoot('opens the folders it creates to the user postgres, whatever the umask', async () => {
    const umask = process.umask(0o077);
    const start = startEmbeddedPostgres({ directory: path.join(directory, 'deep', 'er'), settings });
    await start.finally(() => process.umask(umask)).then((database) => database.stop());
    expect((await stat(path.join(directory, 'deep', 'er', 'pgdata'))).uid).not.toBe(0);
  });

  asRoot('of an ordinary user runs as them, also when root starts it the next time', async () => {
    const [uid, gid] = ['-u', '-g'].map((flag) =>
      Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' })),
    );
    await mkdir(directory, { recursive: true });
    await chown(directory, uid!, gid!);
    const program = run(directory, 'exit', { uid, gid });
    const { url, error } = await program.next();
    expect(error).toBeUndefined();
    expect(url).toBeDefined();
    await program.ended;
    expect((await stat(path.join(directory, 'pgdata'))).uid).toBe(uid);

    const database = await restart();
    await database.stop();
  });
});

onLinux('the end of a program with an embedded PostgreSQL', () => {
  it.each(['exit', 'end', 'throw'] as const)('by %s leaves no process and prints nothing', async (end) => {
    const program = run(directory, end);
    expect((await program.next()).url).toBeDefined();
    expect((await program.lines.next()).done).toBe(true);
    await program.ended;
    await untilQuiet(directory);
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL'] as const)('by %s leaves no process', async (signal) => {
    const program = run(directory, 'stay');
    await program.next();
    const children = program.children();
    expect(children).toHaveLength(2);
    process.kill(-program.pid, signal); // the whole group, as the terminal does
    await untilQuiet(directory);
    await sleep(50);
    for (const { pid } of children) expect(lives(pid)).toBe(false);
  });

  it('by Ctrl-C comes after its own shutdown hooks', async () => {
    const program = run(directory, 'hook');
    await program.next();
    expect(await program.next()).toEqual({ listening: true });
    process.kill(-program.pid, 'SIGINT');
    expect(await program.next()).toEqual({ answer: 42 });
    await untilQuiet(directory);
  });
});

onLinux('a start after a kill -9', () => {
  it('while the server is still shutting down', async () => {
    await killedProgram('nothing');
    await expectRestartWithData();
  });

  it('stops an orphaned server', async () => {
    const { postgres } = await killedProgram('lifeline');
    expect(lives(postgres)).toBe(true);
    await expectRestartWithData();
    expect(lives(postgres)).toBe(false);
  });

  it('recovers when the server was killed too', async () => {
    await killedProgram('lifeline and postgres');
    expect(existsSync(path.join(directory, 'pgdata', 'postmaster.pid'))).toBe(true);
    await expectRestartWithData();
  });

  it('spares another program that has got the pid of the killed server', async () => {
    await killedProgram('lifeline and postgres');
    const { uid, gid } = await stat(path.join(directory, 'pgdata'));
    const sleeper = spawn('sleep', ['60'], { uid, gid });
    const file = path.join(directory, 'pgdata', 'postmaster.pid');
    await writeFile(file, (await readFile(file, 'utf8')).replace(/^\d+/, String(sleeper.pid)));
    await expectRestartWithData();
    expect(sleeper.exitCode ?? sleeper.signalCode).toBeNull();
    sleeper.kill();
  });

  it('in the middle of the first initdb begins again', async () => {
    const program = run(directory, 'stay');
    const unfinished = async (): Promise<string[]> =>
      (await readdir(directory).catch(() => [])).filter((name) => name.startsWith('pgdata'));
    while ((await unfinished()).length === 0) await sleep(5);
    await sleep(100);
    const initdb = program.children().find(({ command }) => command.includes('initdb'))!.pid;
    process.kill(initdb, 'SIGKILL');
    await program.kill();
    expect(await unfinished()).toEqual([expect.stringMatching(/^pgdata\.unfinished\./)]);
    const database = await restart();
    expect(await query(database.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await database.stop();
    // What a child of the killed initdb still wrote meanwhile goes at the next start.
    await (await restart()).stop();
    expect(await unfinished()).toEqual(['pgdata']);
  });

  it('which spared initdb itself begins again beside it', async () => {
    const program = run(directory, 'stay');
    while (!program.children().some(({ command }) => command.includes('initdb'))) await sleep(5);
    await program.kill();
    const database = await restart();
    expect(await query(database.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await database.stop();
  });
});

onLinux('several programs on one directory', () => {
  it('a second one is told who runs it, and the first goes on', async () => {
    const first = run(directory, 'stay');
    const { url } = await first.next();
    const second = run(directory, 'stay');
    expect((await second.next()).error).toMatch(
      new RegExp(`already run by process ${first.pid}\\..*another directory, or set DATABASE_URL`),
    );
    expect(await query(url!, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it.each(['a new directory', 'a directory of a killed one'])(
    'of several at once on %s exactly one wins',
    async (kind) => {
      if (kind !== 'a new directory') await killedProgram('lifeline');
      const contenders = Array.from({ length: 4 }, () => run(directory, 'stay'));
      const said = await Promise.all(contenders.map((contender) => contender.next()));
      const winner = said.find(({ url }) => url !== undefined);
      expect(said.filter(({ error }) => error?.includes('already run by process'))).toHaveLength(3);
      expect(await query(winner!.url!, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    },
  );
});
