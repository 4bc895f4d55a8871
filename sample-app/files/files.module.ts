import { Module } from '@nestjs/common';
import { EventSourcingModule } from 'nestevents';
import { FilesController } from './files.controller.js';
import { HistoryImporter } from './import/history-importer.js';
import { ImportedHistory } from './imported-history.js';
import { ImportedRepository } from './imported-repository.aggregate.js';
import { RepositoryFile } from './repository-file.aggregate.js';

@Module({
  imports: [EventSourcingModule.forFeature([RepositoryFile, ImportedRepository])],
  controllers: [FilesController],
  providers: [ImportedHistory, HistoryImporter],
  exports: [ImportedHistory, HistoryImporter],
})
export class FilesModule {}
