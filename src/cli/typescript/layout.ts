/**
 * A text that can be laid out on one line or on several.
 *
 * A group stays on one line if that fits, else its own lines are broken. Outside of groups lines are always broken.
 */
export type Layout =
  | string
  | readonly Layout[]
  | { readonly kind: 'group' | 'indent'; readonly content: Layout }
  /** A line break; `flat` stands there where the group is on one line. */
  | { readonly kind: 'line'; readonly flat: '' | ' ' }
  /** What is there only where the group is broken. */
  | { readonly kind: 'if-broken'; readonly content: string };

/** What stays together on one line if it fits. */
export const group = (...content: Layout[]): Layout => ({ kind: 'group', content });
/** What is indented where it is broken. */
export const indent = (...content: Layout[]): Layout => ({ kind: 'indent', content });
/** What is there only where the group is broken. */
export const ifBroken = (content: string): Layout => ({ kind: 'if-broken', content });
/** A line break, else a space. */
export const LINE: Layout = { kind: 'line', flat: ' ' };
/** A line break, else nothing. */
export const SOFT_LINE: Layout = { kind: 'line', flat: '' };

/** A part that is still to be written, and how. */
interface Part {
  readonly layout: Layout;
  readonly indentation: number;
  readonly flat: boolean;
}

/**
 * Writes a layout on as few lines as its groups need, the way Prettier does.
 *
 * @param width the most columns of a line.
 * @param indentation how far the first line is indented, in columns.
 */
export function writeLayout(layout: Layout, width: number, indentation: number): string {
  const lines: string[] = [];
  let line = ' '.repeat(indentation);
  // The next part is the last one.
  const parts: Part[] = [{ layout, indentation, flat: false }];
  for (let part = parts.pop(); part; part = parts.pop()) {
    const { layout } = part;
    if (typeof layout === 'string') {
      line += layout;
    } else if ('kind' in layout && layout.kind === 'group') {
      const flat = { ...part, layout: layout.content, flat: true };
      parts.push(part.flat || fitsOnLine(flat, parts, width - line.length) ? flat : { ...flat, flat: false });
    } else if ('kind' in layout && layout.kind === 'line' && !part.flat) {
      lines.push(line.trimEnd());
      line = ' '.repeat(part.indentation);
    } else {
      parts.push(...inner(part));
    }
  }
  return [...lines, line].join('\n');
}

/** Whether a part fits into the columns that are left, with what follows it up to the next line break. */
function fitsOnLine(part: Part, following: readonly Part[], columns: number): boolean {
  const parts = [part];
  let left = columns;
  let index = following.length;
  while (left >= 0) {
    const next = parts.pop() ?? following[--index];
    if (!next) return true;
    if (typeof next.layout === 'string') left -= next.layout.length;
    else if ('kind' in next.layout && next.layout.kind === 'line' && !next.flat) return true;
    else parts.push(...inner(next));
  }
  return false;
}

/** What a part that is no text consists of, the last first. */
function inner(part: Part): Part[] {
  const { layout, indentation, flat } = part;
  if (typeof layout === 'string') return [part];
  if (!('kind' in layout)) return layout.map((each) => ({ ...part, layout: each })).reverse();
  switch (layout.kind) {
    case 'line':
      return [{ ...part, layout: layout.flat }];
    case 'if-broken':
      return flat ? [] : [{ ...part, layout: layout.content }];
    case 'indent':
      return [{ ...part, layout: layout.content, indentation: indentation + 2 }];
    default:
      return [{ ...part, layout: layout.content }];
  }
}
