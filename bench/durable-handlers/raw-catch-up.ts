import type { Pool, PoolClient } from 'pg';

/** As many as a durable handler reads at a time by default. */
const PAGE = 200;

interface Row {
  readonly position: string;
  readonly aggregate_id: string;
  readonly event_data: { readonly reading: number };
}

/** What is done by hand with a page of the journal, before the transaction in which it is done commits. */
type Work = (client: PoolClient, rows: readonly Row[]) => Promise<unknown>;

/** Reads the whole journal by position in pages. @returns the milliseconds it took */
export async function readRaw(database: Pool, events: number): Promise<number> {
  return catchUp(database, events);
}

/** The same, with an upsert for each event, a transaction for each page. */
export async function upsertRaw(database: Pool, events: number): Promise<number> {
  return catchUp(database, events, async (client, rows) => {
    for (const { aggregate_id, event_data } of rows) {
      await client.query(
        `insert into meter_row (id, reading) values ($1, $2)
         on conflict (id) do update set reading = excluded.reading`,
        [aggregate_id, event_data.reading],
      );
    }
  });
}

/** The same, with one upsert for each page. */
export async function upsertPagesRaw(database: Pool, events: number): Promise<number> {
  return catchUp(database, events, async (client, rows) => {
    const last = new Map(rows.map((row) => [row.aggregate_id, row.event_data.reading]));
    await client.query(
      `insert into meter_row (id, reading) select * from unnest($1::text[], $2::int[])
       on conflict (id) do update set reading = excluded.reading`,
      [[...last.keys()], [...last.values()]],
    );
  });
}

async function catchUp(database: Pool, events: number, work?: Work): Promise<number> {
  const client = await database.connect();
  try {
    await client.query('truncate meter_row');
    const begun = performance.now();
    let after = '0';
    let read = 0;
    for (;;) {
      const { rows } = await client.query<Row>(
        'select * from event_journal where position > $1 order by position limit $2',
        [after, PAGE],
      );
      const last = rows.at(-1);
      if (!last) break;
      if (work) {
        await client.query('begin');
        await work(client, rows);
        await client.query('commit');
      }
      after = last.position;
      read += rows.length;
    }
    if (read !== events) throw new Error(`read ${read} events of ${events}`);
    return performance.now() - begun;
  } finally {
    client.release();
  }
}
