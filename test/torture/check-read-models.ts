import type { Client } from 'pg';
import { expectNone } from './check-journal.js';
import type { Figures } from './figures.js';
import { centsOf, foldAccounts, type AccountState, type JournalRow } from './journal-fold.js';

/** The tables of figures; each is to be equal to a fold of the journal. */
const FIGURES = ['torture_balance', 'torture_divided', 'torture_failing', 'torture_beside', 'torture_inline'];

interface EntryRow {
  readonly eventId: string;
  readonly account: string;
  readonly amount: number;
}

/** Compares every read model with a fold of the journal, and looks for what was not handled. */
export async function checkReadModels(
  client: Client,
  journal: readonly JournalRow[],
  figures: Figures,
): Promise<void> {
  figures.set('duplicates in read models', 0);
  figures.set('missed in read models', 0);
  figures.set('missed by the subscription', 0);
  figures.set('redeliveries to the subscription', 0);
  const expected = foldAccounts(journal);
  for (const table of FIGURES) await compareFigures(client, table, expected, figures);
  await compareLedger(client, journal, figures);
  await compareSightings(client, journal, figures);
  const { rows: parked } = await client.query<{ what: string }>(
    `select format('%s at %s %s: %s', handler, event_type, event_id, error) as what from projection_parked_event`,
  );
  figures.set('parked', parked.length);
  expectNone(
    'aggregates are parked without a cause',
    parked.map(({ what }) => what),
    figures,
  );
}

async function compareFigures(
  client: Client,
  table: string,
  expected: ReadonlyMap<string, AccountState>,
  figures: Figures,
): Promise<void> {
  const { rows } = await client.query<{ account: string; balance: string; events: number; digest: string }>(
    `select account, balance::text as balance, events, digest from ${table}`,
  );
  const found = new Map(rows.map((row) => [row.account, row]));
  const wrong: string[] = [];
  for (const [account, state] of expected) {
    const row = found.get(account);
    const events = row?.events ?? 0;
    figures.count('duplicates in read models', Math.max(0, events - state.events));
    figures.count('missed in read models', Math.max(0, state.events - events));
    const isRight = row && BigInt(row.balance) === state.balance && row.digest === state.digest;
    if (!isRight || events !== state.events)
      wrong.push(`${account} (${events} of ${state.events} events, ${row?.balance ?? 'nothing'})`);
    found.delete(account);
  }
  wrong.push(...found.keys());
  expectNone(`rows of ${table} are wrong`, wrong, figures);
}

async function compareLedger(
  client: Client,
  journal: readonly JournalRow[],
  figures: Figures,
): Promise<void> {
  const { rows } = await client.query<EntryRow>(
    'select "eventId", account, amount from torture_ledger order by id',
  );
  const distinct = new Map(rows.map((row) => [row.eventId, row]));
  const missed = journal.filter(({ event_id }) => !distinct.has(event_id));
  const wrong = journal.filter((row) => {
    const entry = distinct.get(row.event_id);
    return entry && (entry.account !== row.aggregate_id || BigInt(entry.amount) !== centsOf(row));
  });
  figures.count('duplicates in read models', rows.length - distinct.size);
  figures.count('missed in read models', missed.length);
  if (rows.length !== distinct.size)
    figures.wrong(`${rows.length - distinct.size} events are in torture_ledger more than once`);
  expectNone('events are not in torture_ledger', missed.map(place), figures);
  expectNone('events are in torture_ledger otherwise', wrong.map(place), figures);
  expectNone('events are out of order in torture_ledger', outOfOrder(rows, journal), figures);
}

/** Each event at least once; of each account, the first times in order. */
async function compareSightings(
  client: Client,
  journal: readonly JournalRow[],
  figures: Figures,
): Promise<void> {
  const { rows } = await client.query<{ eventId: string }>(
    'select "eventId" from torture_sighting group by "eventId" order by min(id)',
  );
  const { rows: counted } = await client.query<{ count: number }>(
    'select count(*)::int as count from torture_sighting',
  );
  const seen = new Set(rows.map(({ eventId }) => eventId));
  const missed = journal.filter(({ event_id }) => !seen.has(event_id));
  figures.set('missed by the subscription', missed.length);
  figures.set('redeliveries to the subscription', counted[0]!.count - rows.length);
  expectNone('events were not seen by the subscription', missed.map(place), figures);
  expectNone('events were seen by the subscription out of order', outOfOrder(rows, journal), figures);
}

/** Events that come after a later one of their account, or are not in the journal at all. */
function outOfOrder(rows: readonly { readonly eventId: string }[], journal: readonly JournalRow[]): string[] {
  const events = new Map(journal.map((row) => [row.event_id, row]));
  const last = new Map<string, number>();
  return rows
    .map(({ eventId }) => eventId)
    .filter((id) => {
      const event = events.get(id);
      if (!event) return true;
      const before = last.get(event.aggregate_id) ?? 0;
      last.set(event.aggregate_id, Math.max(before, event.aggregate_version));
      return event.aggregate_version < before;
    });
}

function place({ position, event_id }: JournalRow): string {
  return `${event_id} at ${position}`;
}
