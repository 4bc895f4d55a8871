import type { DataSource } from 'typeorm';
import type { AppendResult, Journal, StreamAppend, Transaction, TransactionOutcome } from '../store/index.js';
import { callersTransaction } from './callers-transaction.js';
import { JournalAppender } from './journal-appender.js';
import { prepareJournal } from './journal-preparation.js';
import { journalTable, type JournalTable } from './journal-table.js';
import { TransactionWatcher } from './transaction-watcher.js';
import { TypeOrmJournalReader } from './typeorm-journal-reader.js';

/** The journal in PostgreSQL, on a TypeORM data source of the application's. */
export class TypeOrmJournal extends TypeOrmJournalReader implements Journal {
  readonly #dataSource: DataSource;
  readonly #table: JournalTable;
  readonly #appender: JournalAppender;
  readonly #watcher = new TransactionWatcher();

  constructor(dataSource: DataSource) {
    const table = journalTable(dataSource);
    super(dataSource, table);
    this.#dataSource = dataSource;
    this.#table = table;
    this.#appender = new JournalAppender(dataSource, table);
    dataSource.subscribers.push(this.#watcher);
  }

  async append(appends: readonly StreamAppend[], transaction?: Transaction): Promise<AppendResult> {
    return this.#appender.append(appends, transaction && callersTransaction(transaction, this.#dataSource));
  }

  onTransactionEnd(transaction: Transaction, outcome: TransactionOutcome): void {
    this.#watcher.watch(callersTransaction(transaction, this.#dataSource).queryRunner, outcome);
  }

  async prepare(): Promise<void> {
    await prepareJournal(this.#dataSource, this.#table);
  }
}
