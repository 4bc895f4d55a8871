import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { IsNull, LessThanOrEqual, MoreThan, type DataSource } from 'typeorm';
import { fileEntry, inGitOrder, type FileEntry } from '../file-tree.js';
import { lastWhole } from './commit-line.js';
import { TreeCommit } from './tree-commit.entity.js';
import { TreeFile } from './tree-file.entity.js';

/** The files of a repository at the newest commit that its read model has. */
export interface TreeAtCommit {
  readonly commit: string;
  readonly files: FileEntry[];
}

/** Reads the current trees of repositories from their read model. */
@Injectable()
export class CurrentTree {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** The files in the order of `git ls-tree -r`; null when no commit of the repository is there yet. */
  async of(repository: string): Promise<TreeAtCommit | null> {
    // Both reads have to see the same moment: of the commit, and of what it shows.
    return this.dataSource.transaction('REPEATABLE READ', async (transaction) => {
      const commits = await transaction.find(TreeCommit, {
        where: { repository },
        order: { index: 'ASC' },
      });
      const shown = lastWhole(commits);
      if (!shown) return null;
      const since = LessThanOrEqual(shown.index);
      const rows = await transaction.find(TreeFile, {
        where: [
          { repository, since, until: IsNull() },
          { repository, since, until: MoreThan(shown.index) },
        ],
      });
      return { commit: shown.commit, files: inGitOrder(rows.map((row) => fileEntry(row))) };
    });
  }
}
