/** Control, direction and line characters, apart from the line feed. */
// oxlint-disable-next-line no-control-regex
const UNPRINTABLE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]|\p{Surrogate}/gu;

/** A text with all characters as escapes that could rewrite what a terminal shows; line feeds stay. */
export function terminalText(text: string): string {
  return text.replace(UNPRINTABLE, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** What somebody typed or a file holds, on one line, in quotes, and cut at 80 characters. */
export function quote(text: string): string {
  return terminalText(JSON.stringify(text.length > 80 ? `${text.slice(0, 79)}…` : text));
}
