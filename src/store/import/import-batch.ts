import type { DomainEvent } from '../../domain/index.js';
import type { ImportRecord } from './import-storage.js';

/** About how large a batch may grow, in characters. */
const MAX_LENGTH = 4 * 1024 * 1024;

/** Events of an import that are stored together. */
export class ImportBatch {
  readonly records: ImportRecord[] = [];
  /** The same as instances, where they are to be handled. */
  readonly events: DomainEvent[] = [];
  /** How many records there are up to the end of each item of the source; an item is not divided. */
  readonly #ends: number[] = [];
  #length = 0;

  /** @param done how many events of the import stand before it. */
  constructor(readonly done: number) {}

  add(added: ImportRecord): void {
    this.records.push(added);
    this.#length += added.record.data.length + added.record.metadata.length;
  }

  endItem(): void {
    this.#ends.push(this.records.length);
  }

  isFull(size: number): boolean {
    return this.records.length >= size || this.#length >= MAX_LENGTH;
  }

  /** A part of it, from a record on: as many whole items as have so many records, at least one. */
  part(from: number, most: number): ImportBatch {
    const fitting = this.#ends.findLast((end) => end > from && end - from <= most);
    const end = fitting ?? this.#ends.find((each) => each > from)!;
    if (from === 0 && end === this.records.length) return this;
    const part = new ImportBatch(this.done + from);
    for (const record of this.records.slice(from, end)) part.add(record);
    part.events.push(...this.events.slice(from, end));
    part.endItem();
    return part;
  }

  /** One record of each event type. */
  ofEachType(): ImportRecord[] {
    return [...new Map(this.records.map((each) => [each.record.eventType, each])).values()];
  }
}
