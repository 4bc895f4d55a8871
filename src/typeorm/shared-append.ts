import { findRepetition, type AppendResult, type JournalRecord } from '../store/index.js';
import { conflict, type JournalAppender } from './journal-appender.js';
import type { RecentAppends } from './recent-appends.js';
import type { WaitingAppend } from './waiting-append.js';

/** An append to a stream that is at another version than expected. */
interface Refused {
  readonly waiting: WaitingAppend;
  readonly actualVersion: number;
}

/** Sends appends that share a statement, and gives each of them its own answer. */
export class SharedAppend {
  /** @param settled is told of each append that gets its answer. */
  constructor(
    private readonly appender: JournalAppender,
    private readonly recent: RecentAppends,
    private readonly settled: (waiting: WaitingAppend) => void,
  ) {}

  /**
   * Never rejects.
   *
   * @param batch appends to one stream each, or one append.
   * @param pipelined see {@link JournalAppender.share}.
   * @param arrived is called when the statement is answered; what then is still to be found out does not hinder others.
   */
  async send(batch: readonly WaitingAppend[], pipelined: boolean, arrived: () => void): Promise<void> {
    if (batch.length === 1) {
      await this.#alone(batch[0]!);
      return arrived();
    }
    const refused: Refused[] = [];
    let again: WaitingAppend[] = [];
    try {
      const outcomes = await this.appender.share(
        batch.map(({ appends }) => appends[0]!),
        pipelined,
      );
      batch.forEach((waiting, index) => {
        const outcome = outcomes[index]!;
        if (outcome.records) this.#resolve(waiting, { records: outcome.records, repeated: false });
        else if (outcome.refused) refused.push({ waiting, actualVersion: outcome.refused.actualVersion });
        else again.push(waiting);
      });
    } catch {
      // By itself, each gets the error that is its own, and the others none. Where it is not known what was stored,
      // because the connection was lost, the journal recognises what is appended again.
      again = [...batch];
    }
    arrived();
    await Promise.all([this.#refuse(refused), ...again.map((waiting) => this.#alone(waiting))]);
  }

  async #alone(waiting: WaitingAppend): Promise<void> {
    try {
      this.#resolve(waiting, await this.appender.append(waiting.appends));
    } catch (error) {
      this.#reject(waiting, error);
    }
  }

  /** What was refused may have been made before. */
  async #refuse(refused: readonly Refused[]): Promise<void> {
    if (refused.length === 0) return;
    let stored: ReadonlyMap<string, JournalRecord>;
    try {
      stored = await this.appender.findStored(refused.flatMap(({ waiting }) => waiting.appends));
    } catch (error) {
      for (const { waiting } of refused) this.#reject(waiting, error);
      return;
    }
    for (const { waiting, actualVersion } of refused) {
      try {
        const records = findRepetition(waiting.appends, storedOf(waiting, stored));
        if (records) this.#resolve(waiting, { records, repeated: true });
        else this.#reject(waiting, conflict(waiting.appends[0]!, actualVersion));
      } catch (error) {
        this.#reject(waiting, error);
      }
    }
  }

  #resolve(waiting: WaitingAppend, result: AppendResult): void {
    if (!result.repeated) this.recent.add(result.records);
    this.settled(waiting);
    waiting.resolve(result);
  }

  #reject(waiting: WaitingAppend, error: unknown): void {
    this.settled(waiting);
    waiting.reject(error);
  }
}

function storedOf(
  { appends }: WaitingAppend,
  stored: ReadonlyMap<string, JournalRecord>,
): Map<string, JournalRecord> {
  const ids = appends.flatMap(({ records }) => records.map(({ eventId }) => eventId));
  return new Map(ids.flatMap((id) => (stored.has(id) ? [[id, stored.get(id)!] as const] : [])));
}
