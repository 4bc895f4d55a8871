import type { ChangeCounts } from '../../event-types.js';
import { CommitImported } from '../imported-repository.aggregate.js';
import type { TreeEvent } from '../tree-events.js';
import type { TreeCommit } from './tree-commit.entity.js';

/** A commit of which everything is there. */
export type WholeCommit = TreeCommit & { readonly commit: string };

/**
 * The newest commit, of rows in the order of their indexes, that is whole and has only whole ones before it.
 *
 * None is missing in between: the events of commits are of one aggregate, so they arrive in order.
 */
export function lastWhole(commits: readonly TreeCommit[]): WholeCommit | null {
  let last: WholeCommit | null = null;
  for (const commit of commits) {
    if (!isWhole(commit)) break;
    last = commit;
  }
  return last;
}

/** Counts how much of each commit is there. */
export class CommitLine {
  readonly #commits: Map<number, TreeCommit>;

  /** @param commits those that are kept of the repository. */
  constructor(
    readonly repository: string,
    commits: readonly TreeCommit[],
  ) {
    this.#commits = new Map(commits.map((commit) => [commit.index, commit]));
  }

  add(event: TreeEvent): void {
    const commit = this.#at(event.commitIndex);
    if (event instanceof CommitImported) {
      commit.commit = event.commit;
      commit.changes = fileEventsOf(event.changes);
    } else {
      commit.applied += 1;
    }
  }

  /** In the order of the line. */
  commits(): TreeCommit[] {
    return [...this.#commits.values()].sort((a, b) => a.index - b.index);
  }

  #at(index: number): TreeCommit {
    const commit = this.#commits.get(index) ?? {
      repository: this.repository,
      index,
      commit: null,
      changes: null,
      applied: 0,
    };
    this.#commits.set(index, commit);
    return commit;
  }
}

function isWhole(commit: TreeCommit): commit is WholeCommit {
  return commit.commit !== null && commit.applied === commit.changes;
}

/** A rename is an event of both its paths. */
function fileEventsOf({ added, changed, modeChanged, renamed, deleted }: ChangeCounts): number {
  return added + changed + modeChanged + 2 * renamed + deleted;
}
