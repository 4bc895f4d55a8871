import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A commit that the current tree shows, or that it will show when all of it is there. */
@Entity('tree_commit')
export class TreeCommit {
  /** The id of the repository's oldest commit. */
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'tree_commit_pkey' })
  repository!: string;

  /** Its place on the first-parent line, from 0. */
  @PrimaryColumn({ type: 'integer', primaryKeyConstraintName: 'tree_commit_pkey' })
  index!: number;

  /** Its id; null until the event of the commit itself is there. */
  @Column({ type: 'text', nullable: true })
  commit!: string | null;

  /** How many events of files it has; null as above. */
  @Column({ type: 'integer', nullable: true })
  changes!: number | null;

  /** How many of them are there. */
  @Column({ type: 'integer' })
  applied!: number;
}
