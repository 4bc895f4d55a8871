import type { JournalRecord } from '../journal-record.js';
import { refuseTransaction } from '../refuse-transaction.js';
import type { Transaction } from '../transaction.js';
import { ConcurrentImportError } from './import.errors.js';
import type { ImportClaim, ImportRecord, ImportStorage } from './import-storage.js';

/** How far one import has come. */
interface ImportState {
  done: number;
  running: boolean;
}

/** The imports into a journal in memory. */
export class InMemoryImports implements ImportStorage {
  readonly #imports = new Map<string, ImportState>();

  /** @param insert stores records, all or none. */
  constructor(private readonly insert: (records: readonly ImportRecord[]) => JournalRecord[]) {}

  async begin(name: string): Promise<ImportClaim> {
    const state = this.#imports.get(name) ?? { done: 0, running: false };
    if (state.running) throw new ConcurrentImportError(name);
    state.running = true;
    this.#imports.set(name, state);
    return new InMemoryClaim(state, this.insert);
  }
}

class InMemoryClaim implements ImportClaim {
  readonly done: number;

  constructor(
    private readonly state: ImportState,
    private readonly insert: (records: readonly ImportRecord[]) => JournalRecord[],
  ) {
    this.done = state.done;
  }

  async store(records: readonly ImportRecord[], done: number): Promise<bigint> {
    return (await this.storeIn(undefined, records, done)).at(-1)!.position;
  }

  async storeIn(
    transaction: Transaction | undefined,
    records: readonly ImportRecord[],
    done: number,
  ): Promise<readonly JournalRecord[]> {
    refuseTransaction(transaction);
    const stored = this.insert(records);
    this.state.done = done + records.length;
    return stored;
  }

  async release(): Promise<void> {
    this.state.running = false;
  }
}
