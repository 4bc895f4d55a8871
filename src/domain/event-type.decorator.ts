import 'reflect-metadata';

const EVENT_TYPE = Symbol('nestevents:event-type');

/** What `@EventType` wrote down. */
export interface EventTypeMetadata {
  readonly type: string;
  readonly aliases: readonly string[];
}

/**
 * Fixes the name under which a class of events is stored, so that the class may be renamed or moved.
 *
 * Without it the type is the class name in snake_case, prefixed by the aggregate's name where it is not already.
 * It is not inherited by subclasses.
 *
 * @param type letters, digits, `_`, `-` and `.`; also the name of the event's schema files.
 * @param options `aliases`: earlier names, under which stored events are still read. @default []
 */
export function EventType(type: string, options: { aliases?: readonly string[] } = {}): ClassDecorator {
  return (target) => {
    const metadata: EventTypeMetadata = { type, aliases: options.aliases ?? [] };
    Reflect.defineMetadata(EVENT_TYPE, metadata, target);
  };
}

/** The earlier types of a class of events. */
export function eventAliases(eventClass: object): readonly string[] {
  return readEventType(eventClass)?.aliases ?? [];
}

/** What `@EventType` says of this very class, if anything. */
export function readEventType(eventClass: object): EventTypeMetadata | undefined {
  return Reflect.getOwnMetadata(EVENT_TYPE, eventClass) as EventTypeMetadata | undefined;
}
