import { DEFAULT_RETRY, delayAfter } from '../../../src/projections/index.js';

describe('the pause after a failed try', () => {
  it('doubles, with up to half of it left to chance, and has a limit', () => {
    const policy = { attempts: 20, delay: 100, maxDelay: 1_000 };
    expect([1, 2, 3, 4, 5, 30].map((attempt) => delayAfter(attempt, policy, () => 1))).toEqual([
      100, 200, 400, 800, 1_000, 1_000,
    ]);
    expect([1, 2, 30].map((attempt) => delayAfter(attempt, policy, () => 0))).toEqual([50, 100, 500]);
  });

  it('comes to about 13 seconds by default', () => {
    const attempts = Array.from({ length: DEFAULT_RETRY.attempts - 1 }, (_, i) => i + 1);
    const total = attempts.reduce((sum, attempt) => sum + delayAfter(attempt, DEFAULT_RETRY, () => 1), 0);
    expect(total).toBe(12_700);
  });
});
