import { Aggregate, AggregateRoot, Apply, DomainEvent } from 'nestevents';
import type { GitRepositoryCommitImportedData } from '../event-types.js';

/** A commit was imported, with all it did to files. */
export class CommitImported extends DomainEvent.of<GitRepositoryCommitImportedData>() {}

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
