import { DomainEvent, EventType } from 'nestevents';

/** What every event of a file says. */
export interface FileFacts {
  /** The id of the repository: its oldest commit. */
  readonly repository: string;
  readonly commit: string;
  /** The commit's place on the first-parent line; 0 is the root. */
  readonly commitIndex: number;
  readonly path: string;
  /** The path itself where it is not valid UTF-8, else null. */
  readonly pathBytes: Buffer | null;
  /** For a deleted file the last it had, as `blob` is. */
  readonly mode: string;
  readonly blob: string;
  readonly author: { readonly name: string; readonly email: string };
  readonly authoredAt: Date;
}

/** Something that a commit did to a path. */
export abstract class FileEvent extends DomainEvent implements FileFacts {
  readonly repository!: string;
  readonly commit!: string;
  readonly commitIndex!: number;
  readonly path!: string;
  readonly pathBytes!: Buffer | null;
  readonly mode!: string;
  readonly blob!: string;
  readonly author!: { readonly name: string; readonly email: string };
  readonly authoredAt!: Date;

  constructor(facts: FileFacts) {
    super();
    Object.assign(this, facts);
  }
}

@EventType('git_file_added')
export class FileAdded extends FileEvent {}

/** New content, and perhaps a new mode. */
@EventType('git_file_changed')
export class FileChanged extends FileEvent {
  constructor(
    facts: FileFacts,
    readonly previousBlob: string,
  ) {
    super(facts);
  }
}

/** The same content with another mode. */
@EventType('git_file_mode_changed')
export class FileModeChanged extends FileEvent {
  constructor(
    facts: FileFacts,
    readonly previousMode: string,
  ) {
    super(facts);
  }
}

/** The path has a file that was at another path before, where it is deleted by the same commit. */
@EventType('git_file_renamed')
export class FileRenamed extends FileEvent {
  readonly from: string;
  readonly fromBytes: Buffer | null;
  readonly previousMode: string;
  readonly previousBlob: string;

  constructor(
    facts: FileFacts,
    previous: { path: { text: string; bytes: Buffer | null }; mode: string; blob: string },
  ) {
    super(facts);
    this.from = previous.path.text;
    this.fromBytes = previous.path.bytes;
    this.previousMode = previous.mode;
    this.previousBlob = previous.blob;
  }
}

@EventType('git_file_deleted')
export class FileDeleted extends FileEvent {
  readonly renamedTo: string | null;
  readonly renamedToBytes: Buffer | null;

  /** @param newPath where the file went, if it was renamed */
  constructor(facts: FileFacts, newPath: { text: string; bytes: Buffer | null } | null) {
    super(facts);
    this.renamedTo = newPath?.text ?? null;
    this.renamedToBytes = newPath?.bytes ?? null;
  }
}
