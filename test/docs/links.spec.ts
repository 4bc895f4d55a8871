import { existsSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT, readPages, type Page } from './markdown-pages.js';

it('every link between the pages leads somewhere', async () => {
  const pages = new Map((await readPages()).map((page) => [page.path, page]));
  const broken = [...pages.values()].flatMap((page) =>
    linksOf(page)
      .filter((link) => !leadsSomewhere(link, page, pages))
      .map((link) => `${page.path}: ${link}`),
  );
  expect(broken).toEqual([]);
});

function linksOf({ text }: Page): string[] {
  const prose = text.replace(/^```[\s\S]*?^```$/gm, '');
  return [...prose.matchAll(/\]\(([^)]+)\)/g)]
    .map(([, link]) => link!)
    .filter((link) => !/^https?:/.test(link));
}

function leadsSomewhere(link: string, from: Page, pages: ReadonlyMap<string, Page>): boolean {
  const [file = '', anchor] = link.split('#');
  const target = file === '' ? from.path : path.posix.join(path.posix.dirname(from.path), file);
  if (anchor === undefined) return existsSync(path.join(PROJECT_ROOT, target));
  const headings = [...(pages.get(target)?.text ?? '').matchAll(/^#+ (.+)$/gm)].map(
    ([, heading]) => heading!,
  );
  return headings.some((heading) => slug(heading) === anchor);
}

/** As GitHub makes anchors. */
function slug(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}
