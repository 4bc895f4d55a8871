import { GitRepository } from '../../sample-app/files/git/index.js';
import { HistoryImporter } from '../../sample-app/files/import/history-importer.js';
import { ImportedHistory } from '../../sample-app/files/imported-history.js';
import { suggestRequests } from '../../sample-app/start/suggestions.js';
import { TemporaryRepository } from '../unit/sample-app/git/temporary-repository.js';
import { SampleApplication } from './sample-application.js';

describe('the suggested requests', () => {
  let sample: SampleApplication;
  let repository: TemporaryRepository;

  beforeAll(async () => {
    sample = await SampleApplication.start();
  });
  beforeEach(() => {
    repository = TemporaryRepository.create();
  });
  afterEach(() => repository.delete());
  afterAll(async () => sample.stop());

  const open = async (): Promise<GitRepository> => GitRepository.open(repository.path);
  const importNow = async (): Promise<void> => {
    await sample.app.get(HistoryImporter).import(await open());
  };

  /** Sends the suggested GETs, as a shell would. */
  async function follow(): Promise<{ url: URL; body: Record<string, unknown> }[]> {
    const suggested = await suggestRequests('http://x', await open(), sample.app.get(ImportedHistory));
    expect(suggested).toHaveLength(3);
    const urls = suggested.flatMap((line) => /^curl '?(http[^' ]+)'?$/.exec(line)?.[1] ?? []);
    return Promise.all(
      urls.map(async (text) => {
        const { body } = await sample.http.get(text.slice('http://x'.length)).expect(200);
        return { url: new URL(text), body: body as Record<string, unknown> };
      }),
    );
  }

  it('name the head and its README', async () => {
    repository.write('a.txt', 'a').write('docs/readme.md', 'x').write('README', 'x');
    const head = repository.commit();
    await importNow();
    const [tree, history] = await follow();
    expect(tree?.body).toMatchObject({ commit: head });
    expect(history?.url.search).toBe('?path=README');
  });

  it('name the last imported commit, and a file of it, when the head is not imported', async () => {
    const gone = repository.write('first.txt', 'x').commit('to be amended');
    repository.write('README.md', 'x').git('add', 'README.md');
    const imported = repository.commitIndex('imported');
    await importNow();
    repository.git('reset', '-q', '--hard', gone);
    repository.write('other.md', 'x').commit('instead');
    const [tree, history] = await follow();
    expect(tree?.body).toMatchObject({ commit: imported });
    expect(history?.url.search).toBe('?path=README.md');
  });

  it.each([
    ['with space & more.txt'],
    [`it's "quoted" [a-z]{1}`],
    ['100%/ü 文字 🚀#?.md'],
    [' '],
    ['\n\t\\'],
    ['a+b=c'],
  ])('find the only file, whatever it is called: %j', async (path) => {
    repository.commitTree([[Buffer.from(path), '100644', path]]);
    await importNow();
    const [, history] = await follow();
    expect(history?.body).toMatchObject({ path, events: [{ type: 'git_file_added' }] });
  });

  it('find a file whose name is no UTF-8', async () => {
    repository.commitTree([[Buffer.from('\xe9\xff', 'latin1'), '100644', 'x']]);
    await importNow();
    const [, history] = await follow();
    expect(history?.body).toMatchObject({ events: [{ type: 'git_file_added' }] });
  });

  it('ask for no file where there is none, and for no commit where none is imported', async () => {
    repository.commitIndex('nothing in it');
    expect((await follow()).map(({ url }) => url.pathname)).toEqual(['/docs-json']);
    await importNow();
    expect((await follow()).map(({ url }) => url.pathname)).toEqual(['/files/tree', '/docs-json']);
  });
});
