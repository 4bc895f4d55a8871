import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { checkCommand } from '../../src/cli/check/check.command.js';
import { docsCommand } from '../../src/cli/docs/docs.command.js';
import { newCommand } from '../../src/cli/new/new.command.js';
import { typesCommand } from '../../src/cli/typescript/types.command.js';
import { run } from '../unit/cli/command-run.js';
import { readPages, type CodeBlock } from './markdown-pages.js';

const COMMANDS = [checkCommand, newCommand, typesCommand, docsCommand];

/** A line of the page that calls us; what stands between such lines is for a shell. */
const CALL = /^npx nestevents (.*)\n/m;

describe('docs/command-line.md', () => {
  const home = process.cwd();
  let directory: string;

  beforeAll(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'nestevents-docs-'));
    process.chdir(directory);
    await shell('git init --quiet --bare origin.git; git clone --quiet origin.git work 2>/dev/null');
    process.chdir('work');
  });

  afterAll(async () => {
    process.chdir(home);
    await rm(directory, { recursive: true });
  });

  it('shows what its commands print and write, one after the other', async () => {
    const { blocks } = (await readPages()).find(({ path: name }) => name === 'docs/command-line.md')!;
    const compared = { outputs: 0, files: 0 };
    let printed = '';
    for (const block of blocks) {
      const { place, language, text } = block;
      const file = shownFile(block);
      if (file !== undefined) {
        expect([place, text]).toEqual([place, await readFile(file, 'utf8')]);
        compared.files += 1;
      }
      if (language === 'sh') printed = await outputOf(text);
      if (language !== 'text') continue;
      expect([place, text]).toEqual([place, printed]);
      compared.outputs += 1;
    }
    expect(compared).toEqual({ outputs: 10, files: 2 });
  });
});

/** What a script prints: calls of ours run in this process, which is much faster, and all else in a shell. */
async function outputOf(script: string): Promise<string> {
  let printed = '';
  let code = 0;
  for (const [index, part] of script.split(CALL).entries()) {
    if (index % 2 === 0) {
      printed += await shell(`(exit ${code})\n${part}`);
      continue;
    }
    const args = [...part.matchAll(/'([^']*)'|\S+/g)].map(([word, quoted]) => quoted ?? word);
    const { out, err, ...ended } = await run(args, { commands: COMMANDS });
    printed += `${out}${err}`;
    code = ended.code;
  }
  return printed;
}

async function shell(script: string): Promise<string> {
  const [name, email] = ['ada', 'ada@example.com'];
  const env = {
    ...process.env,
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: email,
  };
  const { stdout } = await promisify(execFile)('bash', ['-c', `${script}\ntrue`], { env });
  return stdout;
}

/** The file that a block shows, by the line before it. */
function shownFile({ language, before }: CodeBlock): string | undefined {
  return ['json', 'ts'].includes(language) ? /^`([\w./-]+)`:$/.exec(before)?.[1] : undefined;
}
