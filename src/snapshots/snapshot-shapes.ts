import { createHash } from 'node:crypto';
import {
  findApplier,
  type AggregateRoot,
  type DomainModel,
  type EventClass,
  type RegisteredAggregate,
} from '../domain/index.js';
import type { SchemaRegistry } from '../schema/index.js';

/**
 * Knows what the state of an aggregate depends on beside its events, as a fingerprint: what properties a fresh one has,
 * and for each event its newest schema, the `@Upcast` methods, and the `@Apply` method, by their source.
 *
 * Where any of these has changed, the same events may lead to another state, so older snapshots do not count. What
 * these methods call does not show here; that is what the version of snapshots is for.
 */
export class SnapshotShapes {
  readonly #shapes = new Map<string, string>();
  #revision = -1;

  constructor(
    private readonly aggregate: RegisteredAggregate,
    private readonly model: DomainModel,
    private readonly schemas: SchemaRegistry,
  ) {}

  /** @param fresh an aggregate to which nothing has happened yet. */
  of(fresh: AggregateRoot): string {
    if (this.#revision !== this.schemas.revision) {
      this.#shapes.clear();
      this.#revision = this.schemas.revision;
    }
    const properties = Object.keys(fresh).sort().join('\n');
    let shape = this.#shapes.get(properties);
    if (shape === undefined) this.#shapes.set(properties, (shape = this.#fingerprint(properties, fresh)));
    return shape;
  }

  #fingerprint(properties: string, fresh: AggregateRoot): string {
    const events = [...this.aggregate.eventTypes].map(([eventClass, type]) => this.#event(eventClass, type));
    // eslint-disable-next-line @typescript-eslint/unbound-method
    const methods = [fresh.toSnapshot, fresh.fromSnapshot].map(String);
    const parts = [properties, ...methods, ...events.sort()];
    return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
  }

  #event(eventClass: EventClass, type: string): string {
    const { name, aggregateClass } = this.aggregate;
    const newest = this.schemas.newest(name, type);
    const upcasts = [...this.model.upcasts(eventClass)]
      .sort(([a], [b]) => a - b)
      .map(([from, { method }]) => [from, String(method)]);
    const apply = String(
      (aggregateClass.prototype as unknown as Record<string, unknown>)[
        findApplier(aggregateClass, eventClass)!
      ],
    );
    return JSON.stringify([type, newest?.version, newest?.fingerprint, upcasts, apply]);
  }
}
