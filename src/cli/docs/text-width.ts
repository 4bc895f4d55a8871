/** Characters that take two columns where text is set in columns: those of East Asia, and emoji. */
const WIDE =
  /(?!\p{RI}|[\u3248-\u324F])[\u1100-\u115F\u2329\u232A\u2630-\u2637\u268A-\u268F\u2E80-\u303E\u3041-\uA4CF\uA960-\uA97C\uAC00-\uD7A3\uF900-\uFAFF\uFE10-\uFE19\uFE30-\uFE6F\uFF01-\uFF60\uFFE0-\uFFE6\u{16FE0}-\u{18DFF}\u{1AFF0}-\u{1B2FF}\u{1D300}-\u{1D376}\u{1F200}-\u{1F265}\u{20000}-\u{3FFFD}\p{Emoji_Presentation}\p{Emoji_Modifier_Base}]/u;
const NONE = /[\p{Cc}\p{Mn}\p{Me}]/u;
// TypeScript knows the flag from ES2024 on; Node does from 20.
const EMOJI = new RegExp(String.raw`\p{RGI_Emoji}`, 'gv');

/** How many columns a text takes in a fixed font, as Prettier counts them when it aligns a table. */
export function textWidth(text: string): number {
  let width = 0;
  for (const character of text.replace(EMOJI, '  ')) {
    if (!NONE.test(character)) width += WIDE.test(character) ? 2 : 1;
  }
  return width;
}
