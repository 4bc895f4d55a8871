import type { UpcastStep } from '../domain/index.js';

/** An event that needs a schema. */
export interface EventContract {
  /** The aggregate's type; also the name of the folder that holds the schema. */
  readonly aggregateType: string;

  /** The event's type; also the end of the schema's file name. */
  readonly eventType: string;

  /** The name of the event's class, for messages. */
  readonly eventClass: string;

  /** Earlier types of the event. @default [] */
  readonly aliases?: readonly string[];

  /** The hand-written steps between versions, by the version they take. @default none */
  readonly upcasts?: ReadonlyMap<number, UpcastStep>;
}
