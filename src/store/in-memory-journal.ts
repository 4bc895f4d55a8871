import type { ImportRecord } from './import/import-storage.js';
import { InMemoryImports } from './import/in-memory-imports.js';
import { InMemorySchemaArchive } from './in-memory-schema-archive.js';
import type {
  AppendResult,
  CountQuery,
  Journal,
  JournalQuery,
  StreamAppend,
  StreamQuery,
} from './journal.js';
import type { JournalRecord, NewRecord } from './journal-record.js';
import type { JournalSlice, SliceQuery } from './journal-slice.js';
import { isInPartition } from './partition.js';
import { streamKey } from './publish-order.js';
import { refuseTransaction } from './refuse-transaction.js';
import { findRepetition } from './repetition.js';
import { ConcurrencyError, DuplicateEventError } from './store.errors.js';
import { isExpected } from './stream.js';
import type { Transaction } from './transaction.js';

/** A journal in memory, for tests: the same rules as in PostgreSQL, but no transactions of the caller's. */
export class InMemoryJournal implements Journal {
  readonly archive = new InMemorySchemaArchive();
  readonly imports = new InMemoryImports((records) => this.#import(records));
  readonly #records: JournalRecord[] = [];
  readonly #byId = new Map<string, JournalRecord>();
  readonly #streams = new Map<string, JournalRecord[]>();

  /** @param now the clock of `createdAt`. */
  constructor(private readonly now: () => Date = () => new Date()) {}

  // Without an await, so that no other append comes in between.
  async append(appends: readonly StreamAppend[], transaction?: Transaction): Promise<AppendResult> {
    refuseTransaction(transaction);
    const repeated = findRepetition(appends, this.#stored(appends));
    if (repeated) return { records: repeated, repeated: true };
    for (const append of appends) this.#assertVersion(append);
    const createdAt = this.now();
    const records = appends.flatMap((append) =>
      append.records.map((record) => this.#add(record, append, createdAt)),
    );
    return { records, repeated: false };
  }

  async *readStream(query: StreamQuery): AsyncGenerator<readonly JournalRecord[], void, void> {
    refuseTransaction(query.transaction);
    const { fromVersion = 1, toVersion = Infinity, asOf, limit = Infinity, backwards = false } = query;
    const stream = this.#streams.get(keyOf(query)) ?? [];
    const later = asOf ? stream.findIndex((record) => record.createdAt > asOf) : -1;
    const part = stream
      .slice(0, later < 0 ? undefined : later)
      .filter(({ aggregateVersion }) => aggregateVersion >= fromVersion && aggregateVersion <= toVersion);
    const page = (backwards ? part.toReversed() : part).slice(0, limit);
    if (page.length > 0) yield page;
  }

  async *readAll({
    after,
    types,
    limit = Infinity,
  }: JournalQuery): AsyncGenerator<readonly JournalRecord[], void, void> {
    const { records } = await this.readSlice({ after, types, limit });
    if (records.length > 0) yield records;
  }

  // Without an await there are no holes: what was drawn is stored.
  async readSlice({ after, types, partition, limit }: SliceQuery): Promise<JournalSlice> {
    const wanted = types && new Set(types);
    const records: JournalRecord[] = [];
    const head = this.#head;
    for (let position = after < 0n ? 1n : after + 1n; position <= head; position += 1n) {
      const record = this.#records[Number(position) - 1]!;
      if (wanted && !wanted.has(record.eventType)) continue;
      if (partition && !isInPartition(partition, record)) continue;
      if (records.length === limit) return { records, upTo: records.at(-1)?.position ?? after, more: true };
      records.push(record);
    }
    return { records, upTo: after > head ? after : head, more: false };
  }

  knownSlice(): undefined {
    // Reading is as fast.
  }

  async head(): Promise<bigint> {
    return this.#head;
  }

  async settledHead(): Promise<bigint> {
    return this.#head;
  }

  async count({ types, after = 0n, upTo }: CountQuery): Promise<bigint> {
    const wanted = new Set(types);
    const counted = this.#records.filter(
      ({ position, eventType }) => position > after && position <= upTo && wanted.has(eventType),
    );
    return BigInt(counted.length);
  }

  async version(aggregateType: string, aggregateId: string): Promise<number> {
    return this.#streams.get(keyOf({ aggregateType, aggregateId }))?.length ?? 0;
  }

  onTransactionEnd(transaction: Transaction): void {
    refuseTransaction(transaction);
  }

  async prepare(): Promise<void> {
    // Memory is always ready.
  }

  get #head(): bigint {
    return BigInt(this.#records.length);
  }

  #stored(appends: readonly StreamAppend[]): Map<string, JournalRecord> {
    const ids = appends.flatMap(({ records }) => records.map(({ eventId }) => eventId));
    return new Map(
      ids.flatMap((id) => {
        const record = this.#byId.get(id);
        return record ? [[id, record]] : [];
      }),
    );
  }

  #import(records: readonly ImportRecord[]): JournalRecord[] {
    const ids = new Set<string>();
    for (const { eventId } of records.map(({ record }) => record)) {
      if (this.#byId.has(eventId) || ids.has(eventId)) throw new DuplicateEventError([eventId]);
      ids.add(eventId);
    }
    const now = this.now();
    return records.map((each) => this.#add(each.record, each, each.createdAt ?? now));
  }

  #add(record: NewRecord, place: StreamPlace, createdAt: Date): JournalRecord {
    const { aggregateType, aggregateId } = place;
    const stream = this.#stream(place);
    const stored: JournalRecord = {
      ...record,
      aggregateType,
      aggregateId,
      aggregateVersion: stream.length + 1,
      position: BigInt(this.#records.length + 1),
      createdAt,
    };
    stream.push(stored);
    this.#records.push(stored);
    this.#byId.set(stored.eventId, stored);
    return stored;
  }

  #assertVersion({ aggregateType, aggregateId, expectedVersion }: StreamAppend): void {
    const actualVersion = this.#streams.get(keyOf({ aggregateType, aggregateId }))?.length ?? 0;
    if (!isExpected(expectedVersion, actualVersion)) {
      throw new ConcurrencyError({ aggregateType, aggregateId, expectedVersion, actualVersion });
    }
  }

  #stream(place: StreamPlace): JournalRecord[] {
    const key = keyOf(place);
    let stream = this.#streams.get(key);
    if (!stream) this.#streams.set(key, (stream = []));
    return stream;
  }
}

interface StreamPlace {
  readonly aggregateType: string;
  readonly aggregateId: string;
}

function keyOf({ aggregateType, aggregateId }: StreamPlace): string {
  return streamKey(aggregateType, aggregateId);
}
