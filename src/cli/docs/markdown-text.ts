import { visibleText } from '../visible-text.js';

const SPECIAL = /[\\`*[\]|~$@]/g;
/** An underscore between letters or digits never begins or ends an emphasis. */
const LOOSE_UNDERSCORE = /(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g;
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const PLAIN_CODE = /^[^`|\\\s\p{C}]+(?: [^`|\\\s\p{C}]+)*$/u;
const TEMPLATE = /\{(?=[{%])/g;

/**
 * Text as Markdown that shows it literally, on one line: nothing in it becomes markup, HTML, a link or a table cell.
 *
 * White space, line breaks too, becomes one space; so do characters that control a terminal or turn directions.
 */
export function literal(text: string): string {
  return oneLine(text)
    .replace(SPECIAL, String.raw`\$&`)
    .replace(LOOSE_UNDERSCORE, String.raw`\_`)
    .replace(TEMPLATE, String.raw`\{`)
    .replace(/[&<>]/g, (character) => ENTITIES[character] ?? '')
    .replaceAll('://', String.raw`\://`)
    .replace(/\bwww\./gi, (start) => `${start.slice(0, -1)}\\.`)
    .replace(/(?<=^| )#/g, String.raw`\#`)
    .replace(/^(?=[+=-])/, '\\')
    .replace(/^(\d+)(?=[.)])/, '$1\\');
}

/** The paragraphs of a text, each as {@link literal} has it, with an empty line between them. */
export function paragraphs(text: string): string {
  return paragraphsOf(text).map(literal).join('\n\n');
}

/** The paragraphs of a text as they are, each on one line. */
export function paragraphsOf(text: string): string[] {
  return text
    .split(/(?:\r\n?|\n)[^\S\r\n]*(?:\r\n?|\n)/)
    .map(oneLine)
    .filter((paragraph) => paragraph !== '');
}

/** Text as a code span; as {@link literal} text where a span could not show it in a table. */
export function code(text: string): string {
  return PLAIN_CODE.test(text) && text.search(TEMPLATE) < 0 ? `\`${text}\`` : literal(text);
}

/** The beginning of a text that is longer than `most` characters, with an ellipsis; else the text. */
export function shortened(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most).replace(/[\uD800-\uDBFF]$/, '')}…` : text;
}

/** The text on one line, with single spaces, nothing that changes how it is shown, and no half of a surrogate pair. */
export function oneLine(text: string): string {
  return visibleText(text).replace(/\s+/g, ' ').trim();
}
