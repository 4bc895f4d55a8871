import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A request that was carried out, and its answer. Requests that failed are not in here. */
@Entity('idempotency_key')
export class IdempotencyKey {
  /** What the client sent as `Idempotency-Key`. */
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'idempotency_key_pkey' })
  key!: string;

  /** Tells the same request from another with the same key. */
  @Column({ type: 'text' })
  fingerprint!: string;

  /** The body of the answer; `json`, not `jsonb`, keeps the order of its properties. */
  @Column({ type: 'json', nullable: true })
  answer!: object | null;

  /** Where the last event of the request stands; null where that was not kept yet. */
  @Column({ type: 'bigint', nullable: true })
  position!: string | null;

  @Column({ type: 'timestamptz', name: 'created_at', default: () => 'now()' })
  createdAt!: Date;
}
