import type { ImportedEvent } from 'nestevents';
import type { ChangeCounts } from '../../event-types.js';
import {
  FileAdded,
  FileChanged,
  FileDeleted,
  FileModeChanged,
  FileRenamed,
  type FileEvent,
  type FileFacts,
} from '../file.events.js';
import { gitPathBytes, type Commit, type FileChange, type GitPath } from '../git/index.js';
import { CommitImported, ImportedRepository } from '../imported-repository.aggregate.js';
import { RepositoryFile } from '../repository-file.aggregate.js';
import { fileId } from '../file-id.js';

/** All that a commit is to the journal: one event of the repository, and one of each path it changed. */
export function commitEvents(repository: string, commit: Commit): ImportedEvent[] {
  const { id, index, author, authoredAt, committedAt, subject } = commit;
  const imported = new CommitImported({
    commit: id,
    commitIndex: index,
    author,
    authoredAt,
    committedAt,
    subject,
    changes: count(commit.changes),
  });
  const facts = { repository, commit: id, commitIndex: index, author, authoredAt };
  return [
    { stream: { aggregate: ImportedRepository, id: repository }, event: imported },
    ...commit.changes.flatMap((change) => changeEvents(change, facts)),
  ];
}

type CommonFacts = Pick<FileFacts, 'repository' | 'commit' | 'commitIndex' | 'author' | 'authoredAt'>;

function changeEvents(change: FileChange, common: CommonFacts): ImportedEvent[] {
  const factsOf = (path: GitPath, mode: string, blob: string): FileFacts => {
    return { ...common, path: path.text, pathBytes: path.bytes, mode, blob };
  };
  const on = (path: GitPath, event: FileEvent): ImportedEvent => ({
    stream: { aggregate: RepositoryFile, id: fileId(common.repository, gitPathBytes(path)) },
    event,
  });
  const { path } = change;
  if (change.kind === 'deleted') {
    const last = factsOf(path, change.previousMode, change.previousBlob);
    return [on(path, new FileDeleted({ ...last, renamedTo: null, renamedToBytes: null }))];
  }
  const facts = factsOf(path, change.mode, change.blob);
  if (change.kind === 'added') return [on(path, new FileAdded(facts))];
  if (change.kind === 'modified') {
    return [on(path, new FileChanged({ ...facts, previousBlob: change.previousBlob }))];
  }
  if (change.kind === 'modeChanged') {
    return [on(path, new FileModeChanged({ ...facts, previousMode: change.previousMode }))];
  }
  const { from, previousMode, previousBlob } = change;
  const last = factsOf(from, previousMode, previousBlob);
  const previous = { from: from.text, fromBytes: from.bytes, previousMode, previousBlob };
  return [
    on(from, new FileDeleted({ ...last, renamedTo: path.text, renamedToBytes: path.bytes })),
    on(path, new FileRenamed({ ...facts, ...previous })),
  ];
}

function count(changes: readonly FileChange[]): ChangeCounts {
  const of = (kind: FileChange['kind']): number => changes.filter((change) => change.kind === kind).length;
  return {
    added: of('added'),
    changed: of('modified'),
    modeChanged: of('modeChanged'),
    renamed: of('renamed'),
    deleted: of('deleted'),
  };
}
