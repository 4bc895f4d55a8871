import { appendFile, mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Environment } from './environment.js';
import type { Failure, Note, Sample } from './sample.js';

/** All that a run has found. */
export interface Results {
  readonly environment: Environment;
  readonly samples: readonly Sample[];
  readonly failures: readonly Failure[];
  readonly notes: readonly Note[];
}

/** Keeps what is measured, in a file at once: a run that breaks off loses nothing. */
export class Recorder implements Results {
  readonly samples: Sample[] = [];
  readonly failures: Failure[] = [];
  readonly notes: Note[] = [];

  private constructor(
    readonly file: string,
    readonly environment: Environment,
  ) {}

  static async create(file: string, environment: Environment): Promise<Recorder> {
    await mkdir(path.dirname(file), { recursive: true });
    await appendFile(file, `${JSON.stringify(environment)}\n`);
    return new Recorder(file, environment);
  }

  async add(entry: Sample | Failure | Note): Promise<void> {
    if ('failure' in entry) this.failures.push(entry);
    else if ('note' in entry) this.notes.push(entry);
    else this.samples.push(entry);
    await appendFile(this.file, `${JSON.stringify(entry)}\n`);
  }
}

/** Reads what a run has kept. */
export async function readResults(file: string): Promise<Results> {
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '');
  const [environment, ...entries] = lines.map((line) => JSON.parse(line) as unknown);
  const found = entries as (Sample | Failure | Note)[];
  return {
    environment: environment as Environment,
    samples: found.filter((entry): entry is Sample => 'value' in entry),
    failures: found.filter((entry): entry is Failure => 'failure' in entry),
    notes: found.filter((entry): entry is Note => 'note' in entry),
  };
}
