import { GitRepository } from '../../sample-app/files/git/index.js';
import { HistoryImporter } from '../../sample-app/files/import/history-importer.js';
import { TreeCatchUp } from '../../sample-app/files/read-model/tree-catch-up.js';
import { TemporaryRepository } from '../unit/sample-app/git/temporary-repository.js';
import { SampleApplication } from './sample-application.js';
import { createUnusualRepository } from './unusual-repository.js';

interface Tree {
  commit: string;
  files: { mode: string; type: string; blob: string; path: string; pathBase64?: string }[];
}

interface History {
  path: string;
  events: { type: string; version: number; data: Record<string, unknown> }[];
}

describe('the files of an imported repository', () => {
  let sample: SampleApplication;
  let repository: TemporaryRepository;
  let commits: string[];

  beforeAll(async () => {
    sample = await SampleApplication.start();
    repository = createUnusualRepository();
    commits = repository.git('rev-list', '--first-parent', '--reverse', 'HEAD').split('\n');
    await sample.app.get(HistoryImporter).import(await GitRepository.open(repository.path));
    await sample.app.get(TreeCatchUp).wait();
  });
  afterAll(async () => {
    repository.delete();
    await sample.stop();
  });

  const treeOf = async (query: Record<string, string>): Promise<Tree> =>
    (await sample.http.get('/files/tree').query(query).expect(200)).body as Tree;
  const historyOf = async (query: Record<string, string>): Promise<History> =>
    (await sample.http.get('/files/history').query(query).expect(200)).body as History;

  it('are those of git at every commit of the line, line for line', async () => {
    expect(commits.length).toBeGreaterThan(10);
    for (const commit of commits) {
      const tree = await treeOf({ commit });
      expect(tree.commit).toBe(commit);
      expect(print(tree)).toBe(repository.gitBytes(['ls-tree', '-r', '-z', commit]).toString('latin1'));
    }
  });

  it('are those of the last commit where none is named', async () => {
    expect(await treeOf({})).toEqual(await treeOf({ commit: commits.at(-1)! }));
  });

  it('carry the bytes of a path that is no UTF-8', async () => {
    const { files } = await treeOf({});
    expect(files.map(({ path, pathBase64 }) => [path, pathBase64])).toEqual([
      ['README.md', undefined],
      ['latin-\ufffd.txt', Buffer.from('latin-\xe8.txt', 'latin1').toString('base64')],
      ['latin-\ufffd.txt', Buffer.from('latin-\xe9.txt', 'latin1').toString('base64')],
    ]);
    const history = await historyOf({ pathBase64: files[1]!.pathBase64! });
    expect(history.path).toBe('latin-\ufffd.txt');
    expect(history.events.map(({ data }) => data['pathBytes'])).toEqual([files[1]!.pathBase64]);
  });

  it('have a history, which follows renames', async () => {
    const { path, events } = await historyOf({ path: 'again.txt' });
    expect(path).toBe('again.txt');
    expect(events.map(({ type, version }) => [type, version])).toEqual([
      ['git_file_renamed', 1],
      ['git_file_deleted', 2],
    ]);
    expect(events[0]!.data).toMatchObject({
      from: 'moved.txt',
      repository: commits[0],
      commit: commits[6],
      commitIndex: 6,
      mode: '100644',
      author: { name: 'Ada Author', email: 'ada@example.org' },
      authoredAt: '2023-11-14T22:13:20.000Z',
    });
    const earlier = await historyOf({ path: 'moved.txt' });
    expect(earlier.events.map(({ type, data }) => [type, data['from'], data['renamedTo']])).toEqual([
      ['git_file_renamed', 'a/b/c.txt', undefined],
      ['git_file_deleted', undefined, 'again.txt'],
    ]);
    const script = await historyOf({ path: 'run.sh' });
    expect(script.events.map(({ type }) => type).slice(0, 2)).toEqual([
      'git_file_added',
      'git_file_mode_changed',
    ]);
  });

  it.each(['tab\tnew\nline "quoted" \\', 'ümläut/文字 🚀.md', '-dash', 'a/%00', 'with space.txt'])(
    'have a history under the name %j',
    async (path) => {
      const history = await historyOf({ path, repository: commits[0]! });
      expect(history.path).toBe(path);
      expect(history.events[0]).toMatchObject({ type: 'git_file_added', version: 1, data: { path } });
    },
  );

  it('answers 404 for what is not imported', async () => {
    const side = repository.git('rev-parse', 'side');
    await sample.http.get('/files/tree').query({ commit: side }).expect(404);
    await sample.http
      .get('/files/tree')
      .query({ commit: '0'.repeat(40) })
      .expect(404);
    await sample.http.get('/files/history').query({ path: 'nowhere' }).expect(404);
    await sample.http.get('/files/history').query({ path: 'a\0b' }).expect(404);
    await sample.http.get('/files/history').query({ path: 'README.md', repository: side }).expect(404);
  });

  it.each([
    '/files/tree?commit=HEAD',
    '/files/tree?commit=',
    '/files/tree?commit=abcdef',
    `/files/tree?commit=${'0'.repeat(39)}g`,
    `/files/tree?commit=${'0'.repeat(40)}&commit=${'0'.repeat(40)}`,
    '/files/tree?ref=main',
    '/files/history',
    '/files/history?path=',
    '/files/history?path=a&path=b',
    '/files/history?path=a&pathBase64=YQ==',
    '/files/history?pathBase64=%25',
    '/files/history?path=a&repository=x',
  ])('refuses %s', async (path) => {
    const { body } = await sample.http.get(path).expect(400);
    expect(body).toMatchObject({ statusCode: 400, error: 'Bad Request' });
  });

  it('stay apart from those of another repository', async () => {
    const other = TemporaryRepository.create();
    other.write('README.md', 'another').commit('other root');
    await sample.app.get(HistoryImporter).import(await GitRepository.open(other.path));
    await sample.app.get(TreeCatchUp).wait();
    const root = other.git('rev-parse', 'HEAD');
    expect((await treeOf({})).files).toHaveLength(1);
    expect(print(await treeOf({ commit: commits[5]! }))).toBe(
      repository.gitBytes(['ls-tree', '-r', '-z', commits[5]!]).toString('latin1'),
    );
    expect((await historyOf({ path: 'README.md' })).events).toHaveLength(1);
    expect((await historyOf({ path: 'README.md', repository: root })).events).toHaveLength(1);
    expect((await historyOf({ path: 'README.md', repository: commits[0]! })).events.length).toBeGreaterThan(
      1,
    );
    other.delete();
  });
});

/** As `git ls-tree -r -z` prints it, in Latin-1. */
function print({ files }: Tree): string {
  return files
    .map(({ mode, type, blob, path, pathBase64 }) => {
      const bytes = pathBase64 === undefined ? Buffer.from(path) : Buffer.from(pathBase64, 'base64');
      return `${mode} ${type} ${blob}\t${bytes.toString('latin1')}\0`;
    })
    .join('');
}
