import type { DataSource } from 'typeorm';
import type { AppendResult, Journal, StreamAppend, Transaction, TransactionOutcome } from '../store/index.js';
import { AppendQueue } from './append-queue.js';
import { callersTransaction } from './callers-transaction.js';
import { journalTable } from './event-tables.js';
import { TypeOrmImportStorage } from './imports/typeorm-import-storage.js';
import { JournalAppender } from './journal-appender.js';
import { prepareJournal } from './journal-preparation.js';
import { surviveLostConnections } from './lost-connections.js';
import type { Pipelining } from './pipelining-trials.js';
import { TransactionWatcher } from './transaction-watcher.js';
import { TypeOrmJournalReader } from './typeorm-journal-reader.js';
import { TypeOrmSchemaArchive } from './typeorm-schema-archive.js';

/** How a journal is kept. */
export interface TypeOrmJournalOptions {
  /** How many appends may wait for their answers. @default 10_000 */
  readonly appendQueueLimit?: number | undefined;
  /** How shared statements are sent. @default what trials find to store more */
  readonly pipelining?: Pipelining | undefined;
}

/** The journal in PostgreSQL, on a TypeORM data source of the application's. */
export class TypeOrmJournal extends TypeOrmJournalReader implements Journal {
  readonly archive: TypeOrmSchemaArchive;
  readonly imports: TypeOrmImportStorage;
  readonly #dataSource: DataSource;
  readonly #appender: JournalAppender;
  readonly #queue: AppendQueue;
  readonly #watcher = new TransactionWatcher();

  constructor(dataSource: DataSource, { appendQueueLimit = 10_000, pipelining }: TypeOrmJournalOptions = {}) {
    const table = journalTable(dataSource);
    super(dataSource, table);
    this.archive = new TypeOrmSchemaArchive(dataSource);
    this.imports = new TypeOrmImportStorage(dataSource);
    this.#dataSource = dataSource;
    this.#appender = new JournalAppender(dataSource, table);
    this.#queue = new AppendQueue(this.#appender, this.recent, appendQueueLimit, pipelining);
    dataSource.subscribers.push(this.#watcher);
  }

  append(appends: readonly StreamAppend[], transaction?: Transaction): Promise<AppendResult> {
    return transaction ? this.#appendIn(transaction, appends) : this.#queue.append(appends);
  }

  onTransactionEnd(transaction: Transaction, outcome: TransactionOutcome): void {
    this.#watcher.watch(callersTransaction(transaction, this.#dataSource).queryRunner, outcome);
  }

  async prepare(): Promise<void> {
    await prepareJournal(this.#dataSource);
    surviveLostConnections(this.#dataSource);
  }

  async #appendIn(transaction: Transaction, appends: readonly StreamAppend[]): Promise<AppendResult> {
    return this.#appender.append(appends, callersTransaction(transaction, this.#dataSource));
  }
}
