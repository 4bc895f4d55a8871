import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Type } from '@nestjs/common';
import type { Bench, Way, Workload } from '../harness/bench.js';
import { readingOf } from '../harness/reading.js';
import { BASE, inMilliseconds, type Figure } from '../harness/sample.js';
import { quantile } from '../harness/statistics.js';
import {
  InProcessListener,
  ProjectionListener,
  SubscriptionListener,
  type Listener,
} from '../systems/nestevents/listeners.js';
import { Meter } from '../systems/nestevents/meter.js';
import { startApp } from '../systems/nestevents/nestevents-app.js';
import { OpenNestevents } from '../systems/nestevents/nestevents-system.js';
import { raw } from '../systems/raw/raw-system.js';

/** Milliseconds between two saves: 50 in a second. */
const INTERVAL = 20;

/** Saves an event. @returns the milliseconds from before the save until the handler has the event */
type Save = () => Promise<number>;

/** From a save to its handler. */
export const latency: Workload = {
  name: 'latency',
  title: 'From save to handler',
  about: `${1_000 / INTERVAL} saves a second. From before the save of a new aggregate until a handler is called; raw pg inserts, then calls a function.`,
  run: async (bench) => {
    const ways: [string, Save][] = [
      [BASE, await rawSave(bench)],
      ['`@Projection`', await save(bench, ProjectionListener)],
      ['`@Subscription`', await save(bench, SubscriptionListener)],
      ['`@Projection` in another process', await save(bench, ProjectionListener, true)],
      ['`@EventsHandler` in process', await save(bench, InProcessListener)],
    ];
    await bench.compare(
      `${1_000 / INTERVAL} saves per s`,
      ways.map(([system, act]): Way => ({ system, run: (seconds) => measure(act, seconds * 1.5) })),
    );
  },
};

async function measure(act: Save, seconds: number): Promise<Figure[]> {
  const times: number[] = [];
  const begun = performance.now();
  for (let due = begun; due < begun + seconds * 1_000; due += INTERVAL) {
    await sleep(Math.max(0, due - performance.now()));
    times.push(await act());
  }
  return [inMilliseconds('p50', quantile(times, 0.5)), inMilliseconds('p99', quantile(times, 0.99))];
}

async function rawSave(bench: Bench): Promise<Save> {
  const open = await bench.closing(raw.open(await bench.createDatabase()));
  let handled = 0;
  return async () => {
    const begun = performance.now();
    await open.append(`meter-${randomUUID()}`, 0, [readingOf(1)]);
    handled += 1;
    return performance.now() - begun;
  };
}

/** Each has a database of its own, so that none is woken by the others' events. */
async function save(bench: Bench, listenerClass: Type<Listener>, elsewhere = false): Promise<Save> {
  const url = await bench.createDatabase();
  const open = async (enabled: boolean): Promise<OpenNestevents> =>
    bench.closing(
      startApp(url, { providers: [listenerClass], store: { projections: { enabled } } }).then(
        (app) => new OpenNestevents(url, app),
      ),
    );
  const handling = await open(true);
  const { meters } = elsewhere ? await open(false) : handling;
  const listener = handling.app.get(listenerClass);
  return async () => {
    const meter = new Meter(`meter-${randomUUID()}`);
    meter.take(readingOf(1));
    const heard = listener.hears(meter.id);
    const begun = performance.now();
    await meters.save(meter, { metadata: { correlationId: randomUUID() } });
    return (await heard) - begun;
  };
}
