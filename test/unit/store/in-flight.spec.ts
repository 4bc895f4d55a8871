import { InFlight } from '../../../src/store/in-flight.js';

/** Whether a promise is resolved by now. */
async function isOver(promise: Promise<unknown>): Promise<boolean> {
  const open = Symbol('open');
  await new Promise(setImmediate);
  return (await Promise.race([promise, Promise.resolve(open)])) !== open;
}

describe('what is on its way', () => {
  it('is waited for, and what begins later is not', async () => {
    const flights = new InFlight();
    const [one, two] = [flights.begin(), flights.begin()];
    const settled = flights.settled();
    const later = flights.begin();
    flights.end(one);
    expect(await isOver(settled)).toBe(false);
    const both = flights.settled();
    flights.end(two);
    expect(await isOver(settled)).toBe(true);
    expect(await isOver(both)).toBe(false);
    flights.end(later);
    expect(await isOver(both)).toBe(true);
  });

  it('is settled at once when there is nothing', async () => {
    const flights = new InFlight();
    flights.end(flights.begin());
    expect(await isOver(flights.settled())).toBe(true);
  });
});
