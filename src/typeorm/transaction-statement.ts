/** A statement that begins, ends or divides a transaction. */
export type TransactionStatement =
  | { readonly kind: 'begin' | 'commit' | 'rollback' | 'prepare' }
  | { readonly kind: 'savepoint' | 'release' | 'rollbackTo'; readonly name: string };

const NAME = String.raw`("(?:[^"]|"")+"|[\w$]+)`;
const SAVEPOINT = new RegExp(`^savepoint\\s+${NAME}`, 'i');
const RELEASE = new RegExp(`^release\\s+(?:savepoint\\s+)?${NAME}`, 'i');
const ROLLBACK_TO = new RegExp(
  `^rollback\\s+(?:(?:work|transaction)\\s+)?to\\s+(?:savepoint\\s+)?${NAME}`,
  'i',
);

/** What a statement does to the transaction it runs in; `undefined` for all that do nothing to it. */
export function readTransactionStatement(sql: string): TransactionStatement | undefined {
  const text = sql.trimStart();
  const word = /^[a-z]+/i.exec(text)?.[0].toLowerCase();
  switch (word) {
    case 'begin':
    case 'start':
      return { kind: 'begin' };
    case 'commit':
    case 'end':
      return { kind: 'commit' };
    case 'abort':
      return { kind: 'rollback' };
    case 'prepare':
      return /^prepare\s+transaction\b/i.test(text) ? { kind: 'prepare' } : undefined;
    case 'savepoint':
      return named('savepoint', SAVEPOINT.exec(text));
    case 'release':
      return named('release', RELEASE.exec(text));
    case 'rollback':
      return named('rollbackTo', ROLLBACK_TO.exec(text)) ?? { kind: 'rollback' };
    default:
      return undefined;
  }
}

function named(
  kind: 'savepoint' | 'release' | 'rollbackTo',
  match: RegExpExecArray | null,
): TransactionStatement | undefined {
  const name = match?.[1];
  if (name === undefined) return undefined;
  return { kind, name: name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name.toLowerCase() };
}
