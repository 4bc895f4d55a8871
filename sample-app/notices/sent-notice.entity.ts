import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A notice that was sent. */
@Entity('sent_notice')
export class SentNotice {
  /** What its sender gave, the same each time it tries. */
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'sent_notice_pkey' })
  key!: string;

  @Column({ type: 'timestamptz', name: 'sent_at', default: () => 'now()' })
  sentAt!: Date;
}
