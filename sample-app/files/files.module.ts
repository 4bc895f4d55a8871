import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EventSourcingModule } from 'nestevents';
import { ProjectionsModule } from '../projections/projections.module.js';
import { FilesController } from './files.controller.js';
import { HistoryImporter } from './import/history-importer.js';
import { ImportedHistory } from './imported-history.js';
import { ImportedRepository } from './imported-repository.aggregate.js';
import { CurrentTree } from './read-model/current-tree.js';
import { FileTreeProjection } from './read-model/file-tree.projection.js';
import { TreeCatchUp } from './read-model/tree-catch-up.js';
import { TreeCommit } from './read-model/tree-commit.entity.js';
import { TreeFile } from './read-model/tree-file.entity.js';
import { RepositoryFile } from './repository-file.aggregate.js';

@Module({
  imports: [
    EventSourcingModule.forFeature([RepositoryFile, ImportedRepository]),
    TypeOrmModule.forFeature([TreeFile, TreeCommit]),
    ProjectionsModule,
  ],
  controllers: [FilesController],
  providers: [ImportedHistory, HistoryImporter, CurrentTree, FileTreeProjection, TreeCatchUp],
  exports: [ImportedHistory, HistoryImporter],
})
export class FilesModule {}
