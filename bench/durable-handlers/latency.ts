import type { INestApplicationContext, Type } from '@nestjs/common';
import { getAggregateRepositoryToken, type AggregateRepository } from 'nestevents';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { startApp } from './bench-app.js';
import { withServer, type BenchServer } from './bench-database.js';
import { printTable, quantile, median } from './figures.js';
import {
  InProcessListener,
  ProjectionListener,
  SubscriptionListener,
  type Listener,
} from './latency-handlers.js';
import { Meter } from './meter.js';

/** Milliseconds between two appends: 50 in a second. */
const INTERVAL = 20;
const WARM_UP = 50;

/** Appends an event. @returns the milliseconds from before the append until the handler has the event */
type Append = (reading: number) => Promise<number>;

/**
 * Measures how long it takes from the start of a save until a handler is called, at 50 saves in a second.
 *
 * @param saves in each round. @param rounds how often each way is measured, in turns.
 */
export async function measureLatency(saves: number, rounds: number): Promise<void> {
  const apps: INestApplicationContext[] = [];
  await withServer(async (server) => {
    // Each has a database of its own, so that none is woken by the others' events.
    const open = async (
      url: string,
      listener: Type<Listener>,
      enabled = true,
    ): Promise<INestApplicationContext> => {
      const app = await startApp(url, [listener], { enabled });
      apps.push(app);
      return app;
    };
    const nest = async (name: string, listener: Type<Listener>): Promise<Append> => {
      const app = await open(await server.createDatabase(name), listener);
      return saver(app, app.get(listener));
    };
    const elsewhere = async (name: string, listener: Type<Listener>): Promise<Append> => {
      const url = await server.createDatabase(name);
      const app = await open(url, listener);
      return saver(await open(url, listener, false), app.get(listener));
    };
    try {
      const ways: [string, Append][] = [
        ['raw: insert, call in process', await rawAppend(server)],
        ['`@EventsHandler` in process', await nest('in_process', InProcessListener)],
        ['`@Projection`', await nest('projection', ProjectionListener)],
        ['`@Subscription`', await nest('subscription', SubscriptionListener)],
        ['`@Projection`, saved by another instance', await elsewhere('elsewhere', ProjectionListener)],
      ];
      const taken = ways.map((): number[][] => []);
      for (const [, append] of ways) await run(append, WARM_UP);
      for (let round = 0; round < rounds; round += 1) {
        for (const [index, [, append]] of ways.entries()) taken[index]!.push(await run(append, saves));
      }
      const figure = (way: number, part: number): string[] => {
        const found = taken[way]!.map((times) => quantile(times, part));
        const ratios = found.map((time, round) => time / quantile(taken[0]![round]!, part));
        return [median(found).toFixed(2), median(ratios).toFixed(2)];
      };
      printTable(
        `Milliseconds from save to handler at ${1000 / INTERVAL} saves per second, ${rounds} rounds of ${saves} in turns, medians of the rounds`,
        [['', 'p50', 'ratio', 'p99', 'ratio']].concat(
          ways.map(([name], way) => [name, ...figure(way, 0.5), ...figure(way, 0.99)]),
        ),
      );
    } finally {
      for (const app of apps) await app.close();
    }
  });
}

async function run(append: Append, saves: number): Promise<number[]> {
  const times: number[] = [];
  const begun = performance.now();
  for (let i = 0; i < saves; i += 1) {
    await sleep(Math.max(0, begun + i * INTERVAL - performance.now()));
    times.push(await append(i));
  }
  return times;
}

function saver(app: INestApplicationContext, listener: Listener): Append {
  const meters = app.get<AggregateRepository<Meter>>(getAggregateRepositoryToken(Meter));
  return async (reading) => {
    const meter = new Meter(randomUUID());
    meter.read(reading);
    const heard = listener.hears(reading);
    const begun = performance.now();
    await meters.save(meter);
    return (await heard) - begun;
  };
}

async function rawAppend({ createDatabase, connect }: BenchServer): Promise<Append> {
  const database = connect(await createDatabase('raw'));
  return async (reading) => {
    const id = randomUUID();
    const event = JSON.stringify({ reading, place: 'Nordstraße 5' });
    const metadata = JSON.stringify({ correlationId: id, causationId: id });
    const begun = performance.now();
    await database.query(
      `insert into event_journal (aggregate_type, aggregate_id, aggregate_version, event_id, event_type, event_data, metadata)
       values ('meter', $1, 1, $2, 'meter_read', $3, $4)`,
      [id, randomUUID(), event, metadata],
    );
    return performance.now() - begun;
  };
}
