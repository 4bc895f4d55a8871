import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { PostgresAccount } from './postgres-account.js';

/** What is known when PostgreSQL did not start. */
export interface StartFailureFacts {
  /** What was tried, as the beginning of the sentence "… failed". */
  action: string;
  /** What PostgreSQL printed; the last 50 lines go into the message. */
  log: string;
  account: PostgresAccount;
  /** Programs and folders the account needs to reach. */
  paths: string[];
  cause?: unknown;
}

const KNOWN_PROBLEMS: readonly [sign: RegExp, advice: string][] = [
  [/Address already in use|could not create any TCP\/IP sockets/, 'The port is taken; choose another one.'],
  [
    /error while loading shared libraries|Library not loaded/,
    'The programs are incompletely installed, because install scripts were switched off: run ' +
      '`npm rebuild --foreground-scripts`.',
  ],
  [/wrong ownership/, 'The data belongs to another user: start as that user, or use another directory.'],
  [
    /database files are incompatible/,
    'The data was made by another version of PostgreSQL: move the directory away to start with an empty one.',
  ],
];

/** The error for a server that did not start: what happened, what to do, and the end of PostgreSQL's log. */
export async function startFailure({
  action,
  log,
  account,
  paths,
  cause,
}: StartFailureFacts): Promise<Error> {
  const advice = KNOWN_PROBLEMS.filter(([sign]) => sign.test(log)).map(([, sentence]) => sentence);
  const closed = await firstClosedFolder(account, paths);
  if (closed) {
    advice.push(
      `PostgreSQL refuses to run as root and so runs as another user (uid ${account.uid}), who may not enter ${closed}: ` +
        'move the project to a folder that others may enter.',
    );
  }
  const reason = cause instanceof Error ? `: ${cause.message}` : '';
  const tail = log.trim().split('\n').slice(-50).join('\n');
  return new Error(
    [
      `${action} failed${reason}.`,
      ...advice,
      'To do without the embedded PostgreSQL, set DATABASE_URL to a server of your own.',
      ...(tail ? [`The end of its log:\n${tail}`] : []),
    ].join('\n'),
    { cause },
  );
}

async function firstClosedFolder(
  { uid, gid }: PostgresAccount,
  paths: string[],
): Promise<string | undefined> {
  if (uid === undefined) return undefined;
  for (const target of paths) {
    const folders: string[] = [];
    for (let folder = path.dirname(target); !folders.includes(folder); folder = path.dirname(folder)) {
      folders.unshift(folder);
    }
    for (const folder of folders) {
      const found = await stat(folder).catch(() => undefined);
      if (!found) break;
      const enter = found.uid === uid ? 0o100 : found.gid === gid ? 0o010 : 0o001;
      if ((found.mode & enter) === 0) return folder;
    }
  }
  return undefined;
}
