import type { Figures } from './figures.js';
import { centsOf, type JournalRow } from './journal-fold.js';

/** What the writers know for certain. */
export interface WrittenEvents {
  readonly committed: readonly string[];
  readonly rolledBack: readonly string[];
}

/** Checks the journal itself: nothing lost, nothing undone that is there, versions dense, transfers whole. */
export function checkJournal(journal: readonly JournalRow[], written: WrittenEvents, figures: Figures): void {
  const stored = new Set(journal.map(({ event_id }) => event_id));
  expectNone(
    'committed events are not in the journal',
    written.committed.filter((id) => !stored.has(id)),
    figures,
  );
  expectNone(
    'events that were rolled back are in the journal',
    written.rolledBack.filter((id) => stored.has(id)),
    figures,
  );
  checkStreams(journal, figures);
  checkTransfers(journal, figures);
}

/** Notes what should not be there, if it is. */
export function expectNone(what: string, found: readonly string[], figures: Figures): void {
  if (found.length === 0) return;
  figures.wrong(`${found.length} ${what}, such as ${found.slice(0, 3).join(' and ')}`);
}

function checkStreams(journal: readonly JournalRow[], figures: Figures): void {
  const versions = new Map<string, number>();
  const balances = new Map<string, bigint>();
  const gaps: string[] = [];
  const overdrawn = new Set<string>();
  for (const row of journal) {
    const { aggregate_id: id, aggregate_version: version, position } = row;
    if (version !== (versions.get(id) ?? 0) + 1) gaps.push(`version ${version} of ${id} at ${position}`);
    versions.set(id, version);
    const balance = (balances.get(id) ?? 0n) + centsOf(row);
    balances.set(id, balance);
    if (balance < 0n) overdrawn.add(id);
  }
  expectNone('versions do not follow the one before', gaps, figures);
  expectNone('accounts were overdrawn', [...overdrawn], figures);
}

function checkTransfers(journal: readonly JournalRow[], figures: Figures): void {
  const transfers = new Map<string, { sum: bigint; halves: number }>();
  for (const row of journal) {
    const { transfer } = row.event_data;
    if (transfer === undefined) continue;
    const { sum, halves } = transfers.get(transfer) ?? { sum: 0n, halves: 0 };
    transfers.set(transfer, { sum: sum + centsOf(row), halves: halves + 1 });
  }
  figures.set('transfers', transfers.size);
  const torn = [...transfers].filter(([, { sum, halves }]) => sum !== 0n || halves !== 2);
  expectNone(
    'transfers are torn',
    torn.map(([id]) => id),
    figures,
  );
}
