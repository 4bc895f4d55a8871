import { Injectable } from '@nestjs/common';
import { AggregateRepository, EventStore, InjectAggregateRepository, type DomainEvent } from 'nestevents';
import { isFileEvent } from './file.events.js';
import { fileId } from './file-id.js';
import { FileTree } from './file-tree.js';
import { CommitImported, ImportedRepository } from './imported-repository.aggregate.js';
import { RepositoryFile } from './repository-file.aggregate.js';
import { TREE_EVENTS } from './tree-events.js';

/** Answers questions about the imported repositories from the journal. */
@Injectable()
export class ImportedHistory {
  /** The repository that is meant where none is named: the one this process was started with. */
  defaultRepository: string | null = null;

  constructor(
    private readonly store: EventStore,
    @InjectAggregateRepository(RepositoryFile) private readonly files: AggregateRepository<RepositoryFile>,
  ) {}

  /** The newest imported commit of a repository; null when nothing of it is imported. */
  async lastCommit(repository: string): Promise<CommitImported | null> {
    const stream = { aggregate: ImportedRepository, id: repository };
    for await (const event of this.store.read(stream, { backwards: true, limit: 1 })) {
      if (event instanceof CommitImported) return event;
    }
    return null;
  }

  /** Whether a commit of a repository is imported. @param index its place on the first-parent line */
  async hasCommit(repository: string, commit: string, index: number): Promise<boolean> {
    const stream = { aggregate: ImportedRepository, id: repository };
    const version = index + 1;
    for await (const event of this.store.read(stream, { fromVersion: version, toVersion: version })) {
      if (event instanceof CommitImported) return event.commit === commit;
    }
    return false;
  }

  /** All that happened to a path, oldest first. */
  async ofPath(repository: string, path: Buffer): Promise<DomainEvent[]> {
    return this.files.history(fileId(repository, path));
  }

  /**
   * The files of a commit, folded from all events up to it in one pass; null when the commit is not imported.
   *
   * Which repository it belongs to shows only at the commit itself, so all of them are folded until then.
   */
  async treeOf(commit: string): Promise<FileTree | null> {
    const trees = new Map<string, FileTree>();
    let wanted: CommitImported | null = null;
    for await (const event of this.store.readAll({ types: TREE_EVENTS })) {
      const [repository, index] = placeOf(event);
      if (wanted && repository === wanted.aggregateId && index > wanted.commitIndex) break;
      if (event instanceof CommitImported && event.commit === commit) wanted = event;
      if (isFileEvent(event)) treeIn(trees, repository).apply(event);
    }
    return wanted && treeIn(trees, wanted.aggregateId);
  }
}

function placeOf(event: DomainEvent): readonly [repository: string, commitIndex: number] {
  if (isFileEvent(event)) return [event.repository, event.commitIndex];
  if (event instanceof CommitImported) return [event.aggregateId, event.commitIndex];
  throw new TypeError(`${event.eventType} is no event of a repository.`);
}

function treeIn(trees: Map<string, FileTree>, repository: string): FileTree {
  const tree = trees.get(repository) ?? new FileTree();
  trees.set(repository, tree);
  return tree;
}
