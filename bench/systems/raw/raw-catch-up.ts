import type { PoolClient } from 'pg';
import { readPage, type OpenRaw } from './raw-system.js';
import type { RawRow } from './raw-table.js';

/** As many as a durable handler reads at a time by default. */
const PAGE = 200;

/** The read model and the place of who keeps it. */
export const RAW_METER_ROW = `
  create table meter_row (id text primary key, reading int not null);
  create table place (position bigint not null);
  insert into place values (0)`;

/** What is done by hand with a page of the journal. */
export type PageWork = (client: PoolClient, rows: readonly RawRow[]) => Promise<unknown>;

/** An upsert for each event, a transaction for each page. */
export const upsertEach: PageWork = async (client, rows) => {
  for (const { stream, data } of rows) {
    await client.query({
      name: 'upsert',
      text: `insert into meter_row (id, reading) values ($1, $2)
             on conflict (id) do update set reading = excluded.reading`,
      values: [stream, data.reading],
    });
  }
};

/** One upsert for each page. */
export const upsertPage: PageWork = async (client, rows) => {
  const last = new Map(rows.map(({ stream, data }) => [stream, data.reading]));
  await client.query({
    name: 'upsert-page',
    text: `insert into meter_row (id, reading) select * from unnest($1::text[], $2::int[])
           on conflict (id) do update set reading = excluded.reading`,
    values: [[...last.keys()], [...last.values()]],
  });
};

/** Goes over the whole table; without any work it only reads. @returns the milliseconds it took */
export async function catchUpByHand(open: OpenRaw, events: number, work?: PageWork): Promise<number> {
  return open.connected(async (client) => {
    await client.query('truncate meter_row');
    const begun = performance.now();
    let after = '0';
    let read = 0;
    for (;;) {
      const rows = await readPage(client, after, PAGE);
      const last = rows.at(-1);
      if (!last) break;
      after = last.position;
      read += rows.length;
      if (!work) continue;
      await client.query('begin');
      await work(client, rows);
      await client.query('update place set position = $1', [after]);
      await client.query('commit');
    }
    if (read !== events) throw new Error(`Read ${read} events of ${events}.`);
    return performance.now() - begun;
  });
}
