import type { StreamEvents } from 'nestevents';
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
import { CommitImported, ImportedRepository, type ChangeCounts } from '../imported-repository.aggregate.js';
import { RepositoryFile } from '../repository-file.aggregate.js';
import { fileId } from '../file-id.js';

/**
 * All that a commit is to the journal: one event of the repository, which holds its place, and one of each path it
 * changed. No path appears twice in a commit, so no stream does.
 */
export function commitEvents(repository: string, commit: Commit): StreamEvents[] {
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
    { stream: { aggregate: ImportedRepository, id: repository }, events: [imported], expectedVersion: index },
    ...commit.changes.flatMap((change) => changeEvents(change, facts)),
  ];
}

type CommonFacts = Pick<FileFacts, 'repository' | 'commit' | 'commitIndex' | 'author' | 'authoredAt'>;

function changeEvents(change: FileChange, common: CommonFacts): StreamEvents[] {
  const on = (
    path: GitPath,
    toEvent: (facts: FileFacts) => FileEvent,
    mode: string,
    blob: string,
  ): StreamEvents => ({
    stream: { aggregate: RepositoryFile, id: fileId(common.repository, gitPathBytes(path)) },
    events: [toEvent({ ...common, path: path.text, pathBytes: path.bytes, mode, blob })],
  });
  const { path } = change;
  if (change.kind === 'deleted') {
    return [on(path, (facts) => new FileDeleted(facts, null), change.previousMode, change.previousBlob)];
  }
  const { mode, blob } = change;
  if (change.kind === 'added') return [on(path, (facts) => new FileAdded(facts), mode, blob)];
  if (change.kind === 'modified') {
    return [on(path, (facts) => new FileChanged(facts, change.previousBlob), mode, blob)];
  }
  if (change.kind === 'modeChanged') {
    return [on(path, (facts) => new FileModeChanged(facts, change.previousMode), mode, blob)];
  }
  const { from, previousMode, previousBlob } = change;
  const previous = { path: from, mode: previousMode, blob: previousBlob };
  return [
    on(from, (facts) => new FileDeleted(facts, path), previousMode, previousBlob),
    on(path, (facts) => new FileRenamed(facts, previous), mode, blob),
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
