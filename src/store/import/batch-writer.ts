import { setTimeout as sleep } from 'node:timers/promises';
import { attachEnvelope, detachEnvelope } from '../../domain/index.js';
import type { InlineHandlers } from '../inline-handlers.js';
import type { Journal } from '../journal.js';
import { RecordEnvelope } from '../record-envelope.js';
import { ConcurrencyError, DuplicateEventError } from '../store.errors.js';
import type { WrittenSchemas } from '../written-schemas.js';
import { ImportedEventError } from './import.errors.js';
import type { ImportBatch } from './import-batch.js';
import { LostRaceError, type ImportClaim } from './import-storage.js';

/** How often the same events are tried against others who append to the same streams. */
const MAX_ATTEMPTS = 1000;
/** The longest pause before they are tried again, in milliseconds. */
const MAX_PAUSE = 20;

/** What batches are written with. */
export interface BatchWriterParts {
  readonly importName: string;
  readonly claim: ImportClaim;
  readonly journal: Journal;
  readonly written: WrittenSchemas;
  readonly inline: InlineHandlers | undefined;
  readonly signal: AbortSignal;
}

/**
 * Stores batches, in smaller parts while others append to the same streams: what takes less time is overtaken less
 * often.
 */
export class BatchWriter {
  #most = Infinity;

  constructor(private readonly parts: BatchWriterParts) {}

  /**
   * @param stored is told of each part that is stored, with how many events that was and the position of the last.
   * @throws ImportedEventError, ConcurrentImportError, ConcurrencyError; what an inline handler throws; the signal's reason
   */
  async write(batch: ImportBatch, stored: (events: number, position: bigint) => void): Promise<void> {
    for (let from = 0, attempt = 1; from < batch.records.length; attempt += 1) {
      const part = batch.part(from, this.#most);
      const size = part.records.length;
      try {
        const position = await this.#append(part);
        this.#most = Math.max(this.#most, size * 2);
        from += size;
        attempt = 0;
        stored(size, position);
      } catch (error) {
        if (!(error instanceof LostRaceError)) throw this.#explain(error, part);
        if (attempt >= MAX_ATTEMPTS) throw await this.#conflict(part);
        this.#most = Math.max(1, Math.floor(size / 2));
        await this.#pause(attempt);
      }
    }
  }

  async #append(part: ImportBatch): Promise<bigint> {
    const { claim, written, inline } = this.parts;
    const types = part.ofEachType();
    const unkept = written.unkept(
      types.map(({ record, ...stream }) => ({ ...stream, expectedVersion: 'any', records: [record] })),
    );
    if (unkept.length > 0) await written.keep(unkept, { apart: false });
    if (inline?.want(types.map(({ record }) => record.eventType))) return this.#appendInline(part, inline);
    return claim.store(part.records, part.done);
  }

  async #appendInline({ records, events, done }: ImportBatch, inline: InlineHandlers): Promise<bigint> {
    let position = 0n;
    try {
      await inline.append(async (transaction) => {
        const stored = await this.parts.claim.storeIn(transaction, records, done);
        stored.forEach((record, index) => attachEnvelope(events[index]!, new RecordEnvelope(record)));
        position = stored.at(-1)!.position;
        return events;
      }, undefined);
      return position;
    } catch (error) {
      events.forEach(detachEnvelope);
      throw error;
    }
  }

  async #pause(attempt: number): Promise<void> {
    const { signal } = this.parts;
    signal.throwIfAborted();
    await sleep(Math.random() * Math.min(attempt, MAX_PAUSE));
  }

  #explain(error: unknown, { records, done }: ImportBatch): unknown {
    if (!(error instanceof DuplicateEventError)) return error;
    const index = records.findLastIndex(({ record }) => error.eventIds.includes(record.eventId));
    const { aggregateType, aggregateId } = records[index]!;
    const stream = `${aggregateType} ${JSON.stringify(aggregateId)}`;
    return new ImportedEventError(
      { importName: this.parts.importName, eventNumber: done + index + 1, stream },
      error,
    );
  }

  async #conflict({ records }: ImportBatch): Promise<ConcurrencyError> {
    const { aggregateType, aggregateId } = records[0]!;
    const actualVersion = await this.parts.journal.version(aggregateType, aggregateId);
    return new ConcurrencyError(
      { aggregateType, aggregateId, expectedVersion: 'any', actualVersion },
      `Others append to the streams of the import ${JSON.stringify(this.parts.importName)} all the time, such as ` +
        `${aggregateType} ${JSON.stringify(aggregateId)}. Run it again when they are quieter: it goes on behind what is stored.`,
    );
  }
}
