import { repeat } from '../harness/callers.js';
import type { Workload } from '../harness/bench.js';
import { readingsFrom } from '../harness/reading.js';
import { inMilliseconds, perSecond, type Figure } from '../harness/sample.js';
import { quantile } from '../harness/statistics.js';
import type { OpenSystem } from '../harness/system.js';

const STREAMS = 1_000;
const MOST_CALLERS = 64;

/** Appends to many streams, of which each caller has its own. */
class Appender {
  readonly #versions = Array.from({ length: STREAMS }, () => 0);
  #turn = 0;

  constructor(readonly open: OpenSystem) {}

  async run(callers: number, events: number, seconds: number): Promise<Figure[]> {
    const { count, milliseconds, times } = await repeat(callers, seconds, (caller) => {
      this.#turn += 1;
      return this.#append((this.#turn * callers + caller) % (STREAMS - (STREAMS % callers)), events);
    });
    const rate = perSecond('appends', count, milliseconds);
    // With fewer callers the rate says the same.
    if (callers < MOST_CALLERS) return [rate];
    return [rate, inMilliseconds('p50', quantile(times, 0.5)), inMilliseconds('p99', quantile(times, 0.99))];
  }

  async #append(stream: number, events: number): Promise<void> {
    const version = this.#versions[stream]!;
    await this.open.append(`meter-${stream}`, version, readingsFrom(version, events));
    this.#versions[stream] = version + events;
  }
}

/** Appends to a thousand streams. */
export const append: Workload = {
  name: 'append',
  title: 'Append',
  about: `Events of 250 bytes with a correlation id, to ${STREAMS.toLocaleString('en')} streams; the version is checked.`,
  run: async (bench) => {
    const appenders = new Map<OpenSystem, Appender>();
    const systems = await bench.open();
    for (const open of systems.values()) appenders.set(open, new Appender(open));
    const cases: [string, number, number][] = [
      ['1 event, 1 caller', 1, 1],
      ['1 event, 16 callers', 16, 1],
      [`1 event, ${MOST_CALLERS} callers`, MOST_CALLERS, 1],
      ['10 events, 16 callers', 16, 10],
    ];
    for (const [name, callers, events] of cases) {
      await bench.compareSystems(name, systems, (open, seconds) =>
        appenders.get(open)!.run(callers, events, seconds),
      );
    }
  },
};
