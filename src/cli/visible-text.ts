/** Control characters, and those that turn the direction of what follows. */
const UNSEEN = /[\p{Cc}\u202A-\u202E\u2066-\u2069]/gu;

/**
 * A text with a space for each character that nobody sees, but that changes what is shown; line breaks are such, too.
 *
 * For files that are written out of schemas, and read in an editor or a browser.
 */
export function visibleText(text: string): string {
  return text.toWellFormed().replace(UNSEEN, ' ');
}
