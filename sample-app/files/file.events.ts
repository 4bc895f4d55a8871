import { DomainEvent, EventType } from 'nestevents';
import type {
  GitFileAddedData,
  GitFileChangedData,
  GitFileDeletedData,
  GitFileModeChangedData,
  GitFileRenamedData,
} from '../event-types.js';

/** What every event of a file says; that of an added file says no more. */
export type FileFacts = GitFileAddedData;

@EventType('git_file_added')
export class FileAdded extends DomainEvent.of<GitFileAddedData>() {}

/** New content, and perhaps a new mode. */
@EventType('git_file_changed')
export class FileChanged extends DomainEvent.of<GitFileChangedData>() {}

/** The same content with another mode. */
@EventType('git_file_mode_changed')
export class FileModeChanged extends DomainEvent.of<GitFileModeChangedData>() {}

/** The path has a file that was at another path before, where it is deleted by the same commit. */
@EventType('git_file_renamed')
export class FileRenamed extends DomainEvent.of<GitFileRenamedData>() {}

/** The path has no file any more; what mode and blob say is the last it had. */
@EventType('git_file_deleted')
export class FileDeleted extends DomainEvent.of<GitFileDeletedData>() {}

/** Something that a commit did to a path. */
export type FileEvent = FileAdded | FileChanged | FileModeChanged | FileRenamed | FileDeleted;

/** All classes of {@link FileEvent}. */
export const FILE_EVENTS = [FileAdded, FileChanged, FileModeChanged, FileRenamed, FileDeleted] as const;

/** Whether an event is of a file. */
export function isFileEvent(event: DomainEvent): event is FileEvent {
  return FILE_EVENTS.some((eventClass) => event instanceof eventClass);
}
