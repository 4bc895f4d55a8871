import { relative, resolve, sep } from 'node:path';

/** The address under which a page in a folder links to a file. */
export function fileAddress(folder: string, file: string): string {
  const steps = relative(folder, resolve(file)).toWellFormed().split(sep);
  return steps.map(encoded).join('/');
}

/** Also encodes the characters that would end a link in Markdown. */
function encoded(step: string): string {
  const hex = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(step).replace(/[!'()*]/g, hex);
}
