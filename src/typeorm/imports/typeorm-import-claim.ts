import { QueryFailedError, type DataSource } from 'typeorm';
import {
  ConcurrentImportError,
  DuplicateEventError,
  LostRaceError,
  type ImportClaim,
  type ImportRecord,
  type JournalRecord,
  type Transaction,
} from '../../store/index.js';
import { callersTransaction } from '../callers-transaction.js';
import { EVENT_ID_CONSTRAINT, STREAM_CONSTRAINT } from '../event-journal-entry.entity.js';
import type { EventTable } from '../event-tables.js';
import type { Sql } from '../sql.js';
import { renewSql } from './claim-sql.js';
import { toParameters } from './import-parameters.js';
import { importSql, type ImportedRow } from './import-sql.js';
import { StreamVersions } from './stream-versions.js';

/** How long whoever runs an import counts as alive after a sign of life, in milliseconds. */
export const LEASE = 5_000;
/** How often a sign of life is given while nothing is stored, in milliseconds. */
const BEAT = 1_000;
/** What PostgreSQL calls a serialization failure and a deadlock. */
const TRY_AGAIN = new Set(['40001', '40P01']);

/** What is claimed. */
export interface ClaimedImport {
  readonly name: string;
  readonly fence: string;
  readonly done: number;
  /** The sequence of positions. */
  readonly sequence: string;
}

/** The right to run an import into a journal in PostgreSQL, shown to others by signs of life. */
export class TypeOrmImportClaim implements ImportClaim {
  readonly done: number;
  readonly #versions = new StreamVersions();
  readonly #timer: NodeJS.Timeout;
  /** A batch is on its way, which is a sign of life. */
  #busy = false;
  #beat: Promise<void> = Promise.resolve();

  constructor(
    private readonly dataSource: DataSource,
    private readonly tables: { readonly journal: EventTable; readonly imports: EventTable },
    private readonly claimed: ClaimedImport,
  ) {
    this.done = claimed.done;
    this.#timer = setInterval(() => {
      if (!this.#busy) this.#beat = this.#renew(LEASE);
    }, BEAT).unref();
  }

  async store(records: readonly ImportRecord[], done: number): Promise<bigint> {
    return BigInt((await this.#store(this.dataSource, records, done, 'short')).last);
  }

  async storeIn(
    transaction: Transaction,
    records: readonly ImportRecord[],
    done: number,
  ): Promise<readonly JournalRecord[]> {
    const manager = callersTransaction(transaction, this.dataSource);
    return toRecords(records, await this.#store(manager, records, done, 'all'));
  }

  async release(): Promise<void> {
    clearInterval(this.#timer);
    await this.#beat;
    await this.#renew(0);
  }

  async #store(
    sql: Sql,
    records: readonly ImportRecord[],
    done: number,
    answer: 'all' | 'short',
  ): Promise<ImportedRow> {
    const { journal, imports } = this.tables;
    const { name, fence, sequence } = this.claimed;
    const place = [name, fence, done, records.length, LEASE, sequence];
    const parameters = [...place, ...toParameters(records, this.#versions.next(records))];
    this.#busy = true;
    try {
      const [row] = await sql.query<ImportedRow[]>(importSql(journal, imports, answer), parameters);
      if (!row) throw new ConcurrentImportError(name);
      this.#versions.remember(records, row.versions.split(',').map(Number));
      return row;
    } catch (error) {
      const explained = explain(error);
      if (explained instanceof LostRaceError) this.#versions.forget(records);
      throw explained;
    } finally {
      this.#busy = false;
    }
  }

  async #renew(lease: number): Promise<void> {
    const { name, fence } = this.claimed;
    try {
      await this.dataSource.query(renewSql(this.tables.imports), [name, fence, lease]);
    } catch {
      // It runs out by itself, and what is stored by then is refused if somebody else has it.
    }
  }
}

function toRecords(records: readonly ImportRecord[], row: ImportedRow): JournalRecord[] {
  const [versions, positions, created] = [row.versions, row.positions!, row.created!].map((list) =>
    list.split(','),
  );
  return records.map(({ record, aggregateType, aggregateId }, index) => ({
    ...record,
    aggregateType,
    aggregateId,
    aggregateVersion: Number(versions![index]),
    position: BigInt(positions![index]!),
    createdAt: new Date(Number(created![index])),
  }));
}

function explain(error: unknown): unknown {
  if (!(error instanceof QueryFailedError)) return error;
  const { code, constraint, detail } = error.driverError as Record<string, string | undefined>;
  if (code !== undefined && TRY_AGAIN.has(code)) return new LostRaceError(undefined, { cause: error });
  if (code !== '23505') return error;
  if (constraint === STREAM_CONSTRAINT) return new LostRaceError(undefined, { cause: error });
  const [, eventId] = /^[^=]*=\(([0-9a-f-]{36})\)/.exec(detail ?? '') ?? [];
  return constraint === EVENT_ID_CONSTRAINT && eventId ? new DuplicateEventError([eventId]) : error;
}
