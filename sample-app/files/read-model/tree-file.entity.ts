import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A file as it is in the current tree, or was or will be in one of the commits around it. */
@Entity('tree_file')
@Index('tree_file_repository', ['repository', 'until'])
export class TreeFile {
  /** The id of the aggregate, one for each path of a repository. */
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'tree_file_pkey' })
  id!: string;

  /** The index of the commit that made it as it is. */
  @PrimaryColumn({ type: 'integer', primaryKeyConstraintName: 'tree_file_pkey' })
  since!: number;

  /** The index of the commit that changed or deleted it; null where none did. */
  @Column({ type: 'integer', nullable: true })
  until!: number | null;

  /** The id of the repository's oldest commit. */
  @Column({ type: 'text' })
  repository!: string;

  @Column({ type: 'text' })
  mode!: string;

  @Column({ type: 'text' })
  blob!: string;

  @Column({ type: 'text' })
  path!: string;

  /** The path itself, only where it is not UTF-8. */
  @Column({ type: 'bytea', name: 'path_bytes', nullable: true })
  pathBytes!: Buffer | null;
}
