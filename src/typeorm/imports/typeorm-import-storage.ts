import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { ConcurrentImportError, type ImportClaim, type ImportStorage } from '../../store/index.js';
import { journalTable } from '../event-tables.js';
import { assertColumns } from '../journal-preparation.js';
import { claimSql, findImportSql, type ClaimRow } from './claim-sql.js';
import { IMPORT_COLUMNS, importTable } from './import-table.js';
import { LEASE, TypeOrmImportClaim } from './typeorm-import-claim.js';

/** How often somebody who may be alive is looked at, in milliseconds. */
const POLL_INTERVAL = 200;

/** The imports into a journal in PostgreSQL. */
export class TypeOrmImportStorage implements ImportStorage {
  constructor(private readonly dataSource: DataSource) {}

  /** @throws ConcurrentImportError; JournalNotReadyError where the table is missing. */
  async begin(name: string, signal: AbortSignal): Promise<ImportClaim> {
    const table = importTable(this.dataSource);
    await assertColumns(this.dataSource, table, IMPORT_COLUMNS);
    let known: ClaimRow | undefined;
    for (;;) {
      signal.throwIfAborted();
      const [seen] = await this.dataSource.query<ClaimRow[]>(findImportSql(table), [name]);
      const parameters = [name, LEASE, seen?.alive_until];
      const [claimed] = await this.dataSource.query<ClaimRow[]>(claimSql(table), parameters);
      if (claimed) return this.#toClaim(name, claimed);
      if (known && known.alive_until !== seen?.alive_until) throw new ConcurrentImportError(name);
      known ??= seen;
      await sleep(POLL_INTERVAL, undefined, { signal });
    }
  }

  async #toClaim(name: string, { done, fence }: ClaimRow): Promise<TypeOrmImportClaim> {
    const tables = { journal: journalTable(this.dataSource), imports: importTable(this.dataSource) };
    const [row] = await this.dataSource.query<{ sequence: string }[]>(
      `select pg_get_serial_sequence($1, 'position') as sequence`,
      [tables.journal.path],
    );
    return new TypeOrmImportClaim(this.dataSource, tables, {
      name,
      fence,
      done: Number(done),
      sequence: row!.sequence,
    });
  }
}
