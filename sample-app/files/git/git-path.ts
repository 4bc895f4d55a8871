import { isUtf8 } from 'node:buffer';

/**
 * A path inside a repository, from its root, with `/` between folders. To git a path is bytes: anything but NUL.
 * Two different paths can have the same `text` when neither is UTF-8, so compare with {@link compareGitPaths}.
 */
export interface GitPath {
  /** The path read as UTF-8, with U+FFFD where it is none. */
  readonly text: string;
  /** The path itself, only where it is not valid UTF-8; else null, and `text` says it all. */
  readonly bytes: Buffer | null;
}

/** Reads a path as git wrote it. Copies what it keeps, so that the buffer it was cut from can be freed. */
export function gitPath(bytes: Buffer): GitPath {
  return { text: bytes.toString('utf8'), bytes: isUtf8(bytes) ? null : Buffer.from(bytes) };
}

/** The exact bytes of a path, as git knows it. */
export function gitPathBytes(path: GitPath): Buffer {
  return path.bytes ?? Buffer.from(path.text, 'utf8');
}

/**
 * Orders paths as `git ls-tree -r` does: byte by byte on the full path, so folders are not compared part by part.
 * Answers 0 for the same path only.
 */
export function compareGitPaths(a: GitPath, b: GitPath): number {
  if (a.bytes || b.bytes) return Buffer.compare(gitPathBytes(a), gitPathBytes(b));
  return compareCodePoints(a.text, b.text);
}

/** UTF-8 sorts by code point; JavaScript's own `<` does not, because surrogates come before U+E000. */
function compareCodePoints(a: string, b: string): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const left = a.charCodeAt(i);
    const right = b.charCodeAt(i);
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

function rank(codeUnit: number): number {
  const surrogate = codeUnit >= 0xd800 && codeUnit <= 0xdfff;
  return surrogate ? codeUnit + 0x1_0000 : codeUnit;
}
