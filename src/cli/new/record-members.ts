const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s"{}[\],:]+/g;
const NAME = /("[^"\\]*(?:\\.[^"\\]*)*")\s*:\s*/y;

/** A part of a text; offsets, the end exclusive. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** A member of a JSON object, with its name. */
export interface Member extends Range {
  readonly name: string;
  /** Where its value begins. */
  readonly value: number;
}

/** The members of the object that a JSON text is, in their order. */
export function membersOf(text: string): Member[] {
  return partsOf(text, text.indexOf('{')).parts.map(({ start, end }) => {
    NAME.lastIndex = start;
    const [label = '', name = '""'] = NAME.exec(text) ?? [];
    return { name: JSON.parse(name) as string, start, end, value: start + label.length };
  });
}

/**
 * The parts of an object or a list in a JSON text, without the commas between them.
 *
 * @param opening where its opening bracket is.
 * @returns also where its closing bracket is.
 */
export function partsOf(text: string, opening: number): { parts: Range[]; closing: number } {
  const parts: Range[] = [];
  const tokens = new RegExp(TOKEN);
  tokens.lastIndex = opening + 1;
  let depth = 0;
  let start: number | undefined;
  let end = opening + 1;
  for (const { 0: token, index } of text.matchAll(tokens)) {
    const closes = token === '}' || token === ']';
    if (depth === 0 && (closes || token === ',')) {
      if (start !== undefined) parts.push({ start, end });
      if (closes) return { parts, closing: index };
      start = undefined;
    } else {
      start ??= index;
      end = index + token.length;
      if (closes) depth -= 1;
      else if (token === '{' || token === '[') depth += 1;
    }
  }
  throw new Error('no JSON');
}

/** Takes all members of a name out of the object that a JSON text is, and leaves all other text as it is. */
export function withoutMember(text: string, name: string): string {
  const members = membersOf(text);
  const index = members.findLastIndex((member) => member.name === name);
  const member = members[index];
  if (!member) return text;
  const [before, after] = [members[index - 1], members[index + 1]];
  const [start, end] = after ? [member.start, after.start] : [before?.end ?? member.start, member.end];
  return withoutMember(text.slice(0, start) + text.slice(end), name);
}
