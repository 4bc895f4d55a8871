import { Aggregate, AggregateRoot, Apply } from 'nestevents';
import { FileAdded, FileChanged, FileDeleted, FileModeChanged, FileRenamed } from './file.events.js';

/** A path of a repository, with the file that is there, if one is. Its id is a {@link fileId}. */
@Aggregate({ name: 'git_file' })
export class RepositoryFile extends AggregateRoot {
  mode: string | null = null;
  blob: string | null = null;

  @Apply(FileAdded, FileChanged, FileModeChanged, FileRenamed)
  protected onPresent({ mode, blob }: FileAdded | FileChanged | FileModeChanged | FileRenamed): void {
    this.mode = mode;
    this.blob = blob;
  }

  @Apply(FileDeleted)
  protected onDeleted(): void {
    this.mode = null;
    this.blob = null;
  }
}
