import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { EventJournalEntry } from 'nestevents';
import type { DataSource } from 'typeorm';

/** What is stored of one type of aggregates. */
interface StoredType {
  readonly type: string;
  readonly aggregates: number;
  readonly events: number;
}

/** Counts what is in the journal. */
@Injectable()
export class JournalSummary {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** A short table. */
  async table(): Promise<string> {
    const rows = await this.#count();
    if (rows.length === 0) return 'Nothing is stored yet.';
    const cells = [
      ['stored', 'aggregates', 'events'],
      ...rows.map(({ type, aggregates, events }) => [type, format(aggregates), format(events)]),
    ];
    const widths = [0, 1, 2].map((column) => Math.max(...cells.map((row) => row[column]!.length)));
    return cells
      .map(([type = '', ...numbers]) =>
        [type.padEnd(widths[0]!), ...numbers.map((text, i) => text.padStart(widths[i + 1]!))].join('  '),
      )
      .join('\n');
  }

  async #count(): Promise<StoredType[]> {
    const rows = await this.dataSource
      .createQueryBuilder(EventJournalEntry, 'event')
      .select('event.aggregate_type', 'type')
      .addSelect('count(distinct event.aggregate_id)', 'aggregates')
      .addSelect('count(*)', 'events')
      .groupBy('event.aggregate_type')
      .orderBy('event.aggregate_type')
      .getRawMany<{ type: string; aggregates: string; events: string }>();
    return rows.map(({ type, aggregates, events }) => ({
      type,
      aggregates: Number(aggregates),
      events: Number(events),
    }));
  }
}

/** A number with its thousands apart, the same on every machine. */
export function format(number: number): string {
  return number.toLocaleString('en');
}
