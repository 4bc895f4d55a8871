import { setTimeout as sleep } from 'node:timers/promises';
import { ConcurrencyError } from 'nestevents';

const ATTEMPTS = 16;

/** The longest pause that may follow the first attempt; it doubles with each, up to the other. In milliseconds. */
const FIRST_PAUSE = 10;
const LONGEST_PAUSE = 500;

/**
 * Loads, decides and saves again when somebody else was faster, where `AggregateRepository.update` cannot: for several
 * aggregates, and in a transaction, of which it has to run all again.
 *
 * Right where the decision is the same whoever comes first; a user who has seen what he changes should be asked.
 *
 * @throws ConcurrencyError when others were faster every time.
 */
export async function retryOnConflict<Result>(decideAndSave: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await decideAndSave();
    } catch (error) {
      if (!(error instanceof ConcurrencyError) || attempt === ATTEMPTS) throw error;
      // Apart from each other, so that those who met once do not meet again.
      await sleep(Math.random() * Math.min(FIRST_PAUSE * 2 ** (attempt - 1), LONGEST_PAUSE));
    }
  }
}
