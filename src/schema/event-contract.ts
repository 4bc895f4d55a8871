/** An event that needs a schema. */
export interface EventContract {
  /** The aggregate's type; also the name of the folder that holds the schema. */
  aggregateType: string;

  /** The event's type; also the end of the schema's file name. */
  eventType: string;

  /** The name of the event's class, for messages. */
  eventClass: string;
}
