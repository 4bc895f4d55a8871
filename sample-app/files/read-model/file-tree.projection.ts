import { InjectRepository } from '@nestjs/typeorm';
import { EventsHandler, Projection, type DurableEventHandler } from 'nestevents';
import { In, IsNull, LessThan, LessThanOrEqual, type Repository } from 'typeorm';
import { FileDeleted, isFileEvent, type FileEvent } from '../file.events.js';
import { repositoryOf, TREE_EVENTS, type TreeEvent } from '../tree-events.js';
import { CommitLine, lastWhole } from './commit-line.js';
import { TreeCommit } from './tree-commit.entity.js';
import { TreeFile } from './tree-file.entity.js';

/** The name of the projection behind the current tree. */
export const FILE_TREE = 'file-tree';

/**
 * Keeps the current tree of each repository.
 *
 * A batch can end within a commit, and half a commit is a tree that never was. So a file that the commit under way
 * changes is kept as it was, too, until all of the commit is there.
 */
@Projection(FILE_TREE, { tables: [TreeFile, TreeCommit], batchSize: 1_000 })
@EventsHandler(...TREE_EVENTS)
export class FileTreeProjection implements DurableEventHandler<TreeEvent> {
  constructor(
    @InjectRepository(TreeFile) private readonly files: Repository<TreeFile>,
    @InjectRepository(TreeCommit) private readonly commits: Repository<TreeCommit>,
  ) {}

  async handleBatch(events: readonly TreeEvent[]): Promise<void> {
    for (const repository of new Set(events.map(repositoryOf))) {
      await this.#handle(
        repository,
        events.filter((event) => repositoryOf(event) === repository),
      );
    }
  }

  async #handle(repository: string, events: readonly TreeEvent[]): Promise<void> {
    const line = new CommitLine(repository, await this.commits.findBy({ repository }));
    for (const event of events) line.add(event);
    const commits = line.commits();
    const shown = lastWhole(commits)?.index ?? -1;
    const files = await this.#changed(events.filter(isFileEvent));
    await this.files.insert(files.filter(({ until }) => until === null || until > shown));
    await this.files.delete({ repository, until: LessThanOrEqual(shown) });
    await this.commits.upsert(
      commits.filter(({ index }) => index >= shown),
      ['repository', 'index'],
    );
    await this.commits.delete({ repository, index: LessThan(shown) });
  }

  /** All states that events make or end, with the commits between which they are; taken out of the table. */
  async #changed(events: readonly FileEvent[]): Promise<TreeFile[]> {
    const present = { id: In([...new Set(events.map(({ aggregateId }) => aggregateId))]), until: IsNull() };
    const files = await this.files.findBy(present);
    await this.files.delete(present);
    const current = new Map(files.map((file) => [file.id, file]));
    for (const event of events) {
      const before = current.get(event.aggregateId);
      if (before) before.until = event.commitIndex;
      current.delete(event.aggregateId);
      if (event instanceof FileDeleted) continue;
      const file = stateAfter(event);
      files.push(file);
      current.set(file.id, file);
    }
    return files;
  }
}

function stateAfter(event: FileEvent): TreeFile {
  const { aggregateId: id, commitIndex: since, repository, mode, blob, path, pathBytes = null } = event;
  return { id, since, until: null, repository, mode, blob, path, pathBytes };
}
