import type { AnyClass } from '../domain/index.js';

const NAME = String.raw`#([\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*)`;
/** A field as a member of a class: behind another member, and without the brackets of a method. */
const FIELD = new RegExp(String.raw`(?:[{};\n]|\*/)\s*${NAME}[^\S\n]*(?:[=;}\n]|/[/*])`, 'gu');
const USE = new RegExp(String.raw`\.\s*${NAME}`, 'gu');
/** What private members become where a compiler writes classes for engines that do not have them. */
const COMPILED = /__classPrivateField|_class_private_|__private(?:Get|Set|Add)\b/;

/**
 * A private field of a class's instances, by its source; `undefined` when there is none.
 *
 * Private methods hold nothing, and static fields are not the instance's. What is written in a comment or a text like
 * a field is none, as long as nothing uses it.
 */
export function findPrivateField(owner: AnyClass): string | undefined {
  const source = Function.prototype.toString.call(owner);
  if (COMPILED.test(source)) return 'private members';
  const used = new Set([...source.matchAll(USE)].map(([, name]) => name));
  const field = [...source.matchAll(FIELD)].find(([, name]) => used.has(name));
  return field && `the private field #${field[1]}`;
}
