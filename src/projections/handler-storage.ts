import type { Transaction } from '../store/index.js';

/** Which of a handler's two courses: the one that serves, or the rebuild that goes on beside it. */
export type Course = 'live' | 'rebuild';

/** A part of a durable handler's work that one instance at a time does. */
export interface UnitKey {
  readonly handler: string;
  readonly course: Course;
  /** From 0. */
  readonly partition: number;
}

/** A text that tells units apart. */
export function keyOf({ handler, course, partition }: UnitKey): string {
  return `${course} ${partition} ${handler}`;
}

/** Where a unit stands, as the database has it. */
export interface UnitState extends UnitKey {
  readonly kind: 'projection' | 'subscription';
  /** Of how many partitions it is one. */
  readonly partitions: number;
  /** The version of the handler that it is worked off with. */
  readonly version: number;
  /** Everything up to here is done, or stands in a side track. */
  readonly position: bigint;
  /** The events handled since it began, or since its last rebuild. */
  readonly handled: bigint;
  /** Nobody works on a paused unit. */
  readonly paused: boolean;
  /** A rebuild is over when this position is reached; `null` when none is on. */
  readonly rebuildUntil: bigint | null;
  /** How many events the rebuild has to handle in all partitions, counted when it began; `null` when none is on. */
  readonly rebuildTotal: bigint | null;
  /** When it began, or was last rebuilt. */
  readonly startedAt: Date;
  /** The instance whose lease runs; `null` when there is none. */
  readonly owner: string | null;
  /** Grows with every change of the owner. */
  readonly fence: bigint;
  /** What was done before the number of partitions changed, and so must not be done again; empty as a rule. */
  readonly done: readonly DoneLayer[];
}

/** How far an earlier division into partitions had come: event by event, whatever is done in one layer is done. */
export interface DoneLayer {
  /** The position of each partition. */
  readonly positions: readonly bigint[];
}

/** The right to work on a unit, until somebody else has it. */
export interface Lease {
  readonly unit: UnitKey;
  readonly owner: string;
  readonly fence: bigint;
}

/** An aggregate that has left the main track of a unit because an event of it failed; its later events wait behind. */
export interface SideTrack {
  readonly unit: UnitKey;
  readonly aggregateType: string;
  readonly aggregateId: string;
  /** The event that is next for this aggregate. */
  readonly position: bigint;
  readonly eventId: string;
  readonly eventType: string;
  readonly aggregateVersion: number;
  /** `parked` waits for a person; `retrying` is tried again at `nextTry`. */
  readonly status: 'retrying' | 'parked';
  /** Tries of this event so far; 0 when its turn has not come yet. */
  readonly attempts: number;
  readonly nextTry: Date;
  readonly error: string | null;
  readonly stack: string | null;
  /** When the event first failed. */
  readonly since: Date;
  /** Changes with every change of the track, so that two who change it notice each other. */
  readonly revision: bigint;
}

/** The `eventId` of a side track whose event was skipped when nothing waited behind it. */
export const NO_EVENT = '00000000-0000-0000-0000-000000000000';

/** A side track as it is to be written. */
export type NewSideTrack = Omit<SideTrack, 'revision' | 'since'>;

/** An event that was given up by a person. */
export interface SkippedEvent {
  readonly handler: string;
  readonly position: bigint;
  readonly eventId: string;
  readonly aggregateType: string;
  readonly aggregateId: string;
  readonly reason: string;
  readonly error: string | null;
  readonly skippedAt: Date;
}

/** How a unit comes further. */
export interface CheckpointMove {
  readonly from: bigint;
  readonly to: bigint;
  /** How many events were handled on the way. */
  readonly handled: number;
  /** Ends a rebuild, wherever it is. @default false */
  readonly endsRebuild?: boolean;
}

/** What is changed together with what a handler does; all of it commits, or none. */
export interface HandlerTransaction {
  /** The transaction itself, for appending in it; `undefined` where there are none, as in memory. */
  readonly transaction: Transaction | undefined;
  /**
   * Runs a handler so that the application's injected repositories take part in this transaction.
   *
   * @param shadow entities that mean the tables of a rebuild while it runs. @default none
   */
  join<T>(work: () => Promise<T>, shadow?: readonly unknown[]): Promise<T>;
  /**
   * Moves a unit's checkpoint, perhaps as late as the commit. A live course that comes to the end of its rebuild is no
   * longer in one.
   *
   * @throws LeaseLostError when the unit is no longer at `from` or no longer leased so, if not here then at the end of
   * the transaction, which is rolled back.
   */
  advance(lease: Lease, move: CheckpointMove): Promise<void>;
  /**
   * Makes sure that the lease still holds, without moving, and holds off whoever would send the handler back, divide it
   * anew or drop its tables until the transaction ends. Called before the work, it keeps the two from waiting for each
   * other.
   *
   * @throws LeaseLostError
   */
  assertLease(lease: Lease): Promise<void>;
  /** Writes a side track that is new, or takes the place of the one with this revision. @throws LeaseLostError when there is another one */
  putTrack(track: NewSideTrack, replaces?: bigint): Promise<void>;
  /**
   * Puts a finished rebuild in the place of the live course: its tables, its position, its side tracks. The live course
   * is locked until the end of the transaction.
   *
   * @param lease of the rebuild's unit.
   * @param to the partitions of the live course from now on.
   * @param tables the entities whose tables were rebuilt.
   * @returns false, with nothing done, while the live course is ahead of the rebuild.
   */
  promote(lease: Lease, to: { partitions: number; tables: readonly unknown[] }): Promise<boolean>;
  /** Waits until nobody shares a handler's live course, and keeps everybody from it until the end. */
  alone(handler: string): Promise<void>;
  /** Locks a handler's live course against rebuilds, not against others who do the same; answers its units. */
  share(handler: string): Promise<readonly UnitState[]>;
  /** Removes a side track. @throws LeaseLostError when it is not there at this revision */
  removeTrack(track: SideTrack): Promise<void>;
}

/** An instance of the application that runs durable handlers. */
export interface RunningInstance {
  readonly id: string;
  /** The handlers that it could run. */
  readonly handlers: readonly string[];
}

/** All units there are, and the instances that live. */
export interface Cluster {
  readonly units: readonly UnitState[];
  readonly instances: readonly RunningInstance[];
}

/** What a handler says of itself when an instance starts. */
export interface Registration {
  readonly handler: string;
  readonly kind: 'projection' | 'subscription';
  readonly version: number;
  readonly partitions: number;
  /** Where a new one begins. */
  readonly position: bigint;
  /** Set when a new one has to be built from what is stored already. */
  readonly rebuild?: { readonly until: bigint; readonly total: bigint };
}

/** Keeps where durable handlers stand, and who works on what. */
export interface HandlerStorage {
  /** Makes sure at start that the tables are there. @throws EventSourcingError saying what to do */
  prepare(): Promise<void>;
  /** Makes the units of handlers that have none; what is there stays. Several instances may do so at once. */
  register(registrations: readonly Registration[]): Promise<void>;
  /**
   * Shows that an instance lives, prolongs its leases, and answers how things stand.
   *
   * @param leaseFor how long from now the leases hold, in milliseconds by the database's clock; an instance that has
   * not been heard of for so long is gone.
   */
  heartbeat(instance: RunningInstance, leaseFor: number): Promise<Cluster>;
  /** The same without an instance. */
  cluster(): Promise<Cluster>;
  /** Takes a unit whose lease nobody holds, or has run out; `undefined` when somebody holds it or it is paused. */
  claim(
    unit: UnitKey,
    owner: string,
    leaseFor: number,
  ): Promise<{ lease: Lease; state: UnitState } | undefined>;
  /** Gives units back; those that are no longer held are left alone. */
  release(leases: readonly Lease[]): Promise<void>;
  /** Gives everything back and forgets the instance. */
  leave(instance: string): Promise<void>;
  /**
   * Runs work in one transaction.
   *
   * @param timeout after how many milliseconds the database is to end a statement, or the transaction when nothing is
   * sent in it; with 0 a statement may take for ever, but not a pause.
   * @param signal gives up the transaction when it is aborted, also while work never ends: all is rolled back, and what
   * the work still does with its repositories is refused.
   * @param lease is made sure of before the work, as `assertLease` does, in fewer round trips.
   * @throws whatever the work throws, or the reason of the signal; LeaseLostError
   */
  transaction<T>(
    work: (transaction: HandlerTransaction) => Promise<T>,
    timeout: number,
    signal?: AbortSignal,
    lease?: Lease,
  ): Promise<T>;
  /**
   * Runs work as a part of a caller's transaction; when it fails, its part is rolled back and the caller's goes on.
   *
   * @throws whatever the work throws.
   */
  within<T>(transaction: Transaction, work: (transaction: HandlerTransaction) => Promise<T>): Promise<T>;
  /** The side tracks of a unit, or of a handler's live course. */
  tracks(of: UnitKey | { handler: string }): Promise<readonly SideTrack[]>;
  /** Makes parked events of a handler's live course due now, with all tries before them. @returns how many */
  retry(handler: string, eventId?: string): Promise<number>;
  /**
   * Gives up a failed event of a handler's live course for good; what waits behind it is due now.
   *
   * The side track is never removed here, because more may come to wait in it meanwhile: without `next` it stays at the
   * version after the event, with {@link NO_EVENT} for its event, and whoever works on the unit removes it.
   *
   * @param next the side track at the event that waits behind, if one does.
   * @returns whether it was there.
   */
  skip(handler: string, eventId: string, reason: string, next: NewSideTrack | undefined): Promise<boolean>;
  /** The events of a handler that were given up, in their order. */
  skipped(handler: string): Promise<readonly SkippedEvent[]>;
  /**
   * Sends a handler's live course back to the first event, with new units and without side tracks, in one transaction
   * with emptying the read model. Whoever works on the old units cannot commit any more. What is paused stays so.
   *
   * @param until the position at which the rebuild is over. @param total how many events it has to handle.
   * @param pause for how many milliseconds `reset` may send nothing to the database, before it is ended.
   */
  startOver(
    registration: Registration & { until: bigint; total: bigint },
    reset: (transaction: HandlerTransaction) => Promise<void>,
    pause?: number,
  ): Promise<void>;
  /** Begins a rebuild beside the live course, with empty tables of its own; one that is there is begun anew. */
  startBeside(
    registration: Registration & { until: bigint; total: bigint },
    tables: readonly unknown[],
  ): Promise<void>;
  /** Gives up a rebuild beside the live course. @returns whether there was one */
  cancelBeside(handler: string, tables: readonly unknown[]): Promise<boolean>;
  /**
   * Divides a handler's live course anew; nothing is lost or done twice. Harmless when it is divided so already.
   *
   * @param partitionOf the partition of an aggregate in the new division.
   */
  repartition(
    handler: string,
    partitions: number,
    partitionOf: (aggregateType: string, aggregateId: string) => number,
  ): Promise<void>;
  /** Stops all work on a handler, or lets it go on; holds for all instances, also those to come. @returns whether there is such a handler */
  setPaused(handler: string, paused: boolean): Promise<boolean>;
  /** Ends what it keeps open to keep leases; called last. */
  close(): Promise<void>;
}
