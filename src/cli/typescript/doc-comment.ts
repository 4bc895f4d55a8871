import { visibleText } from '../visible-text.js';

/**
 * A doc comment with some text, line end included; nothing for a text of spaces.
 *
 * Nothing in the text ends the comment or is taken for a tag.
 */
export function docComment(text: string, indentation = ''): string {
  const lines = text.split(/\r\n|[\n\r\u2028\u2029]/).map((line) => visibleText(line).trimEnd());
  while (lines.at(-1) === '') lines.pop();
  while (lines[0] === '') lines.shift();
  const safe = lines.map((line) =>
    line.replaceAll('*/', String.raw`*\/`).replaceAll(/(?<![\p{L}\p{N}])@/gu, String.raw`\@`),
  );
  if (safe.length === 0) return '';
  if (safe.length === 1) return `${indentation}/** ${safe[0]?.trimStart()} */\n`;
  const rows = safe.map((line) => `${indentation} *${line === '' ? '' : ` ${line}`}\n`);
  return `${indentation}/**\n${rows.join('')}${indentation} */\n`;
}
