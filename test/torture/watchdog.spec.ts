import { setTimeout as sleep } from 'node:timers/promises';
import { HungError, watched } from './watchdog.js';

const nothing = async (): Promise<string[]> => [];

it('leaves alone what comes to an end', async () => {
  expect(await watched(sleep(5, 'done'), 1_000, nothing)).toBe('done');
  const failed = watched(Promise.reject(new RangeError('no')), 1_000, nothing);
  await expect(failed).rejects.toThrow(RangeError);
});

it('says what goes on instead where something hangs', async () => {
  const forEver = new Promise(() => undefined);
  const hung = watched(forEver, 20, async () => ['torture writer 0 is frozen', 'a query waits']);
  await expect(hung).rejects.toThrow(HungError);
  await expect(hung).rejects.toThrow(/did not end within 0 s\.\ntorture writer 0 is frozen\na query waits/);
});
