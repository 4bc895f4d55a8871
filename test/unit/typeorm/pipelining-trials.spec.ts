import fc from 'fast-check';
import { PipeliningTrials } from '../../../src/typeorm/pipelining-trials.js';

const IN_FLIGHT = 2;
const SECOND = 1_000;

/** A database under load, by a clock of its own. */
class Load {
  readonly trials = new PipeliningTrials(IN_FLIGHT);
  /** Appends per millisecond, of statements side by side and one behind the other. */
  rates: readonly [number, number];
  /** What a statement takes is multiplied by this. */
  noise = (): number => 1;
  #now = 0;

  constructor(
    rates: readonly [number, number],
    readonly batch = 16,
  ) {
    this.rates = rates;
  }

  /** Appends for so long without a pause. @returns the part of the time in which they went one behind the other */
  run(milliseconds: number): number {
    const begun = this.#now;
    let on = 0;
    // Two statements are on their way; the next goes out when one of them is answered.
    const sent = Array.from({ length: IN_FLIGHT }, () => this.#now);
    while (this.#now < begun + milliseconds) {
      const before = this.#now;
      const { isOn } = this.trials;
      this.#now += (this.batch / this.rates[isOn ? 1 : 0]) * this.noise();
      if (isOn) on += this.#now - before;
      this.trials.answered(this.batch, sent.shift()!, this.#now);
      sent.push(this.#now);
    }
    return on / (this.#now - begun);
  }

  pause(milliseconds: number): void {
    this.#now += milliseconds;
  }
}

it('has statements side by side until it knows better', () => {
  expect(new PipeliningTrials(IN_FLIGHT).isOn).toBe(false);
});

it('takes to what stores more, within a second or two', () => {
  const load = new Load([10, 14]);
  load.run(2 * SECOND);
  expect(load.run(10 * SECOND)).toBeGreaterThan(0.9);
});

it('stays with what stores more, and tries the other seldom', () => {
  const load = new Load([14, 10]);
  expect(load.run(2 * SECOND)).toBeLessThan(0.3);
  load.run(10 * SECOND);
  expect(load.run(60 * SECOND)).toBeLessThan(0.05);
});

it('follows when the other becomes better', () => {
  const load = new Load([14, 10]);
  load.run(60 * SECOND);
  load.rates = [10, 14];
  load.run(10 * SECOND);
  expect(load.run(20 * SECOND)).toBeGreaterThan(0.95);
  load.rates = [14, 10];
  load.run(10 * SECOND);
  expect(load.run(20 * SECOND)).toBeLessThan(0.05);
});

it('tries nothing in bursts, which are over before anything could be found out', () => {
  const load = new Load([10, 14]);
  for (let burst = 0; burst < 500; burst += 1) {
    expect(load.run(150)).toBe(0);
    load.pause(40);
  }
});

it('finds out between pauses, where there is time', () => {
  const load = new Load([10, 14]);
  const parts = Array.from({ length: 10 }, () => {
    load.pause(100);
    return load.run(SECOND);
  });
  expect(parts.at(-1)).toBeGreaterThan(0.9);
});

it('is not misled by a database that stands still now and then', () => {
  const load = new Load([14, 10]);
  let statements = 0;
  load.noise = () => ((statements += 1) % 450 === 0 ? 300 : 1);
  load.run(10 * SECOND);
  expect(load.run(60 * SECOND)).toBeLessThan(0.15);
});

it('is not misled by load that comes and goes', () => {
  const load = new Load([14, 10]);
  let part = 0;
  for (let second = 0; second < 60; second += 1) {
    const many = second % 3 === 0 ? 3 : 1;
    load.rates = [14 * many, 10 * many];
    const on = load.run(SECOND);
    if (second >= 10) part += on / 50;
  }
  expect(part).toBeLessThan(0.15);
});

it('finds what stores a third more, whatever the rates and the noise', () => {
  const rate = fc.double({ min: 2, max: 20, noNaN: true });
  const better = fc.double({ min: 1.33, max: 4, noNaN: true });
  fc.assert(
    fc.property(
      rate,
      better,
      fc.boolean(),
      fc.integer({ min: 2, max: 64 }),
      fc.integer(),
      (slow, times, on, batch, seed) => {
        const load = new Load(on ? [slow, slow * times] : [slow * times, slow], batch);
        // Repeatable, and the same for statements that follow each other, as with whatever else a machine does.
        let turn = seed;
        load.noise = () => 1 + 0.2 * Math.sin((turn += 0.7));
        load.run(20 * SECOND);
        const part = load.run(20 * SECOND);
        expect(on ? part : 1 - part).toBeGreaterThan(0.85);
      },
    ),
    { numRuns: 100 },
  );
});
