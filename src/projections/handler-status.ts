/** How far a rebuild is. */
export interface RebuildProgress {
  /** Events handled so far. */
  readonly done: number;
  /** Events to handle in all, counted when it began. */
  readonly total: number;
  /** Events per second, over the last seconds. */
  readonly rate: number;
  /** Seconds left at this rate; `null` while there is none. */
  readonly timeLeft: number | null;
  /** Whether the old rows are served meanwhile. */
  readonly besideTheOld: boolean;
}

/** How a durable handler is doing. */
export interface HandlerStatus {
  readonly name: string;
  readonly kind: 'projection' | 'subscription';
  readonly version: number;
  /**
   * - `running`: some instance works on every part of it.
   * - `rebuilding`: its read model is being built anew.
   * - `paused`: by `pause`.
   * - `waiting`: there is a part that no instance works on, or none has begun it yet; one will within seconds, if any can.
   */
  readonly state: 'running' | 'rebuilding' | 'paused' | 'waiting';
  /** Everything up to here is done, or is retried or parked. */
  readonly position: bigint;
  /** How far it is behind the newest event. */
  readonly lag: {
    /** Events that it has still to handle. */
    readonly events: number;
    /** The age of the oldest of them; 0 when there is none. */
    readonly seconds: number;
  };
  /** Events handled per second, over the last seconds. */
  readonly rate: number;
  /** Events handled since it began, or since its last rebuild. */
  readonly handled: number;
  /** Aggregates whose event failed and is tried again. */
  readonly retrying: number;
  /** Aggregates whose event is parked. */
  readonly parked: number;
  /** Its parts, and the instance that works on each; `null` for none. */
  readonly partitions: readonly {
    readonly partition: number;
    readonly position: bigint;
    readonly owner: string | null;
  }[];
  readonly rebuild: RebuildProgress | null;
  /**
   * A transaction that has appended and is still open keeps everybody behind it from going on; `null` when there is
   * none. Known to the instance that works on it.
   */
  readonly stalledAt: bigint | null;
}
