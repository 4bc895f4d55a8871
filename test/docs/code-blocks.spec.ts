import { compileBlocks } from './block-compiler.js';
import { fileContent, fileName, readExamples } from './example-files.js';
import { readPages, type CodeBlock } from './markdown-pages.js';

const LANGUAGES = new Set(['ts', 'json', 'sql', 'sh', 'text']);

describe('the code on the pages', () => {
  let blocks: readonly CodeBlock[];

  beforeAll(async () => {
    blocks = (await readPages()).flatMap((page) => page.blocks);
  });

  const inLanguage = (language: string) => blocks.filter((block) => block.language === language);

  it('is in a language that is tested', () => {
    const others = blocks.filter(({ language }) => !LANGUAGES.has(language));
    expect(others.map(({ place, language }) => [place, language])).toEqual([]);
  });

  it('has types that fit', () => {
    const fragments = inLanguage('ts').filter((block) => fileName(block) === undefined);
    expect(fragments.length).toBeGreaterThan(20);
    expect(compileBlocks(fragments)).toEqual([]);
  }, 60_000);

  it('shows the files of test/docs/examples, every one as it is', async () => {
    const examples = await readExamples();
    const shown = new Set<string>();
    for (const block of inLanguage('ts')) {
      const name = fileName(block);
      if (name === undefined) continue;
      expect([block.place, fileContent(block)]).toEqual([block.place, examples.get(name)]);
      shown.add(name);
    }
    expect([...shown].sort()).toEqual([...examples.keys()]);
  });

  it('is JSON where it says so', () => {
    const broken = inLanguage('json').filter(({ text }) => !isJson(text));
    expect(broken.map(({ place }) => place)).toEqual([]);
  });
});

describe('the compiler of blocks', () => {
  it('finds what does not fit, at its line', () => {
    const block = { place: 'page.md:10', language: 'ts', before: '' };
    const given = `import { EventStore } from 'nestevents';\ndeclare const store: EventStore;\n`;
    const problems = compileBlocks([
      { ...block, given, text: `await store.version(1);\n` },
      { ...block, given, text: `const fine = 1;\nstore.nothing();\n` },
      { ...block, given: '', text: `import { Nothing } from 'nestevents';\n` },
    ]);
    expect(problems).toEqual([
      expect.stringMatching(/^page\.md:11: .*not assignable/),
      expect.stringMatching(/^page\.md:12: .*'nothing' does not exist/),
      expect.stringMatching(/^page\.md:11: .*no exported member 'Nothing'/),
    ]);
  }, 60_000);
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
