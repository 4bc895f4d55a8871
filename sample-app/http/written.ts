import type { DomainEvent } from 'nestevents';

/** The header that tells where the last event of a write stands. */
export const EVENT_POSITION = 'Event-Position';

/** Documents {@link EVENT_POSITION}, as `headers` of an answer. */
export const EVENT_POSITION_HEADER = {
  [EVENT_POSITION]: {
    description: 'Where the last event of this write stands: `after` of a read that has to show the write',
    schema: { type: 'string', example: '1042' },
  },
} as const;

/** What a write answers, and where its last event stands, so that a read can wait for it. */
export class Written<Body extends object> {
  /** @param position null where nobody has kept it, as for requests that an earlier version has answered. */
  constructor(
    readonly body: Body,
    readonly position: bigint | null,
  ) {}

  /** @param events what the write has stored; at least one. */
  static by<Body extends object>(events: readonly DomainEvent[], body: Body): Written<Body> {
    const last = events.map(({ position }) => position).reduce((a, b) => (a > b ? a : b));
    return new Written(body, last);
  }
}
