import { Aggregate, AggregateRoot, Apply, DomainEvent } from 'nestevents';

/** How many files a commit changed in which way. */
export interface ChangeCounts {
  readonly added: number;
  readonly changed: number;
  readonly modeChanged: number;
  readonly renamed: number;
  readonly deleted: number;
}

/** What is known of a commit. */
export interface CommitFacts {
  readonly commit: string;
  /** The place on the first-parent line; 0 is the root. */
  readonly commitIndex: number;
  readonly author: { readonly name: string; readonly email: string };
  readonly authoredAt: Date;
  readonly committedAt: Date;
  readonly subject: string;
  readonly changes: ChangeCounts;
}

/** A commit was imported, with all it did to files. */
export class CommitImported extends DomainEvent implements CommitFacts {
  readonly commit!: string;
  readonly commitIndex!: number;
  readonly author!: { readonly name: string; readonly email: string };
  readonly authoredAt!: Date;
  readonly committedAt!: Date;
  readonly subject!: string;
  readonly changes!: ChangeCounts;

  constructor(facts: CommitFacts) {
    super();
    Object.assign(this, facts);
  }
}

/**
 * A git repository; its id is that of its oldest commit.
 *
 * Every commit is one event, so that its version is the number of imported commits.
 */
@Aggregate({ name: 'git_repository' })
export class ImportedRepository extends AggregateRoot {
  lastCommit: string | null = null;

  @Apply(CommitImported)
  protected onCommit({ commit }: CommitImported): void {
    this.lastCommit = commit;
  }
}
