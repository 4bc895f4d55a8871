import * as prettier from 'prettier';

/** A node of Markdown's syntax tree, as far as tests look at it. */
export interface MarkdownNode {
  readonly type: string;
  readonly value?: string;
  readonly url?: string;
  readonly depth?: number;
  readonly children?: readonly MarkdownNode[];
}

interface Debug {
  readonly __debug: { parse(text: string, options: object): Promise<{ ast: MarkdownNode }> };
}

/** Reads Markdown with the parser that Prettier uses. */
export async function parseMarkdown(text: string): Promise<MarkdownNode> {
  return (await (prettier as unknown as Debug).__debug.parse(text, { parser: 'markdown' })).ast;
}

/** Formats a text as this repository's files are. */
export async function formatted(text: string, parser: 'markdown' | 'json'): Promise<string> {
  return prettier.format(text, { ...(await prettier.resolveConfig('package.json')), parser });
}

/** The nodes of some type, in the order of the page. */
export function nodesOf(node: MarkdownNode, type: string): MarkdownNode[] {
  const inside = (node.children ?? []).flatMap((child) => nodesOf(child, type));
  return node.type === type ? [node, ...inside] : inside;
}

/** What a reader sees of a node. */
export function shownText({ value, children = [] }: MarkdownNode): string {
  return value ?? children.map(shownText).join('');
}
