import { createHash } from 'node:crypto';
import type { Client } from 'pg';

/** A row of the journal, read without the library. */
export interface JournalRow {
  readonly position: string;
  readonly event_id: string;
  readonly event_type: string;
  readonly aggregate_id: string;
  readonly aggregate_version: number;
  readonly event_data: { readonly amount?: number; readonly transfer?: string };
}

/** What is to be known of an account when all its events have been taken in. */
export interface AccountState {
  balance: bigint;
  events: number;
  digest: string;
}

const SIGNS: Readonly<Record<string, bigint>> = {
  account_opened: 0n,
  account_money_deposited: 1n,
  account_money_withdrawn: -1n,
  account_transfer_received: 1n,
  account_transfer_sent: -1n,
};

/** Reads the whole journal in its order. */
export async function readJournal(client: Client): Promise<JournalRow[]> {
  const { rows } = await client.query<JournalRow>(
    `select position::text as position, event_id, event_type, aggregate_id, aggregate_version, event_data
     from event_journal as journal order by journal.position`,
  );
  return rows;
}

/** What an event does to its account, in cents. */
export function centsOf({ event_type, event_data }: JournalRow): bigint {
  const sign = SIGNS[event_type];
  if (sign === undefined)
    throw new Error(`The journal has an event of the type ${event_type}, which nobody wrote.`);
  return sign * BigInt(event_data.amount ?? 0);
}

/** Folds the journal as the projections are to have done. */
export function foldAccounts(journal: readonly JournalRow[]): Map<string, AccountState> {
  const accounts = new Map<string, AccountState>();
  for (const row of journal) {
    const before = accounts.get(row.aggregate_id) ?? { balance: 0n, events: 0, digest: '' };
    accounts.set(row.aggregate_id, {
      balance: before.balance + centsOf(row),
      events: before.events + 1,
      digest: createHash('md5').update(`${before.digest}${row.event_id}`).digest('hex'),
    });
  }
  return accounts;
}
