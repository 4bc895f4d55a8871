/** How long one way is measured at a time, in milliseconds, and how many statements it takes at the least. */
const SPELL = 50;
const LEAST_STATEMENTS = 8;
/** Where nobody has appended for so many milliseconds, there is nothing to measure. */
const PAUSE = 5;
/** How much better the other way has to be, in the middle one of so many trials. */
const GAIN = 1.1;
const TRIALS = 3;
/** How many spells there are between trials at the most: what is better may change. */
const LONGEST_REST = 32;
/** How many more there are after a pause: a burst is over before anything can be found out. */
const REST_AFTER_PAUSE = 3;

/** Whether shared statements are to go out one behind the other on one connection, or side by side on two. */
export interface Pipelining {
  readonly isOn: boolean;
  /**
   * Is told of each shared statement that is answered.
   *
   * @param sent when it was sent, in milliseconds of a clock that only goes forward. @param answered and answered.
   */
  answered(appends: number, sent: number, answered: number): void;
}

/**
 * Finds out under load which of the two ways stores more.
 *
 * One behind the other saves the database what two connections cost, and the two of them do not compete for a processor.
 * Side by side, one statement is worked on while the other waits for its commit. Which counts for more depends on disks,
 * processors, the network and what is appended, so that it is tried: for a spell between two spells of the usual way,
 * the more seldom the longer nothing is gained.
 */
export class PipeliningTrials implements Pipelining {
  #usual = false;
  #isTrial = false;
  #spell: { readonly since: number; appends: number; statements: number } | undefined;
  /** How many statements are still to be answered that were sent the other way. */
  #leftovers = 0;
  #lastAnswer = -Infinity;
  /** Appends per millisecond: of the spell before the trial, and of the trial. */
  #before: number | undefined;
  #tried: number | undefined;
  #gains: number[] = [];
  /** For how many spells there is no trial, and how many of them are over. */
  #rest = 1;
  #rested = 0;

  /** @param inFlight how many statements may be on their way. */
  constructor(private readonly inFlight: number) {}

  get isOn(): boolean {
    return this.#usual !== this.#isTrial;
  }

  answered(appends: number, sent: number, answered: number): void {
    if (sent - this.#lastAnswer > PAUSE) this.#discard();
    this.#lastAnswer = answered;
    if (this.#leftovers > 0) this.#leftovers -= 1;
    else if (!this.#spell) this.#spell = { since: answered, appends: 0, statements: 0 };
    else {
      const spell = this.#spell;
      spell.appends += appends;
      spell.statements += 1;
      const took = answered - spell.since;
      if (took >= SPELL && spell.statements >= LEAST_STATEMENTS) this.#end(spell.appends / took);
    }
  }

  /** What was measured before a pause says nothing about what comes after it. */
  #discard(): void {
    this.#isTrial = false;
    this.#rested = -REST_AFTER_PAUSE;
    this.#spell = this.#before = this.#tried = undefined;
  }

  #end(rate: number): void {
    const [before, tried] = [this.#before, this.#tried];
    this.#spell = undefined;
    if (this.#isTrial) {
      this.#tried = rate;
      this.#change(false);
    } else if (before !== undefined && tried !== undefined && this.#isBetter(tried / ((before + rate) / 2))) {
      this.#usual = !this.#usual;
      this.#before = this.#tried = undefined;
      this.#change(false);
    } else {
      this.#before = rate;
      this.#tried = undefined;
      this.#rested += 1;
      if (this.#rested >= this.#rest) this.#change(true);
    }
  }

  #change(isTrial: boolean): void {
    this.#isTrial = isTrial;
    this.#rested = 0;
    this.#leftovers = this.inFlight;
  }

  /** @param gain how many times as much a trial has stored. */
  #isBetter(gain: number): boolean {
    this.#gains.push(gain);
    if (this.#gains.length < TRIALS) return false;
    const middle = this.#gains.toSorted((one, other) => one - other)[Math.floor(TRIALS / 2)]!;
    const isBetter = middle >= GAIN;
    this.#gains = [];
    this.#rest = isBetter ? 1 : Math.min(this.#rest * 2, LONGEST_REST);
    return isBetter;
  }
}
