import { CommitParser } from '../../../../sample-app/files/git/commit-parser.js';
import type { Commit } from '../../../../sample-app/files/git/index.js';

const [ONE, TWO, NONE] = ['1', '2', '0'].map((digit) => digit.repeat(40)) as [string, string, string];
const header = (id: string, subject: string): string =>
  [id, 'Ada', 'ada@x', '1', '2', subject, ''].join('\0');
const added = `:000000 100644 ${NONE} ${ONE} A\0:file\0`;
const renamed = `:100644 100644 ${ONE} ${TWO} R090\0:file\0\nnew\0`;

function parse(output: string, chunkSize = output.length): Commit[] {
  const bytes = Buffer.from(output);
  const parser = new CommitParser(5);
  const commits: Commit[] = [];
  for (let at = 0; at < bytes.length; at += chunkSize)
    commits.push(...parser.push(bytes.subarray(at, at + chunkSize)));
  const last = parser.end();
  return last ? [...commits, last] : commits;
}

describe('CommitParser', () => {
  const output = `${header(ONE, '')}\0\n${added}${header(TWO, ':é')}\0\n${renamed}`;

  it('reads commits and their changes', () => {
    expect(parse(output)).toMatchObject([
      { id: ONE, index: 5, subject: '', changes: [{ kind: 'added', path: { text: ':file' }, blob: ONE }] },
      {
        id: TWO,
        index: 6,
        subject: ':é',
        authoredAt: new Date(1_000),
        changes: [
          { kind: 'renamed', from: { text: ':file' }, path: { text: '\nnew' }, previousBlob: ONE, blob: TWO },
        ],
      },
    ]);
  });

  it('does not depend on the chunks', () => {
    const whole = parse(output);
    for (let size = 1; size < 40; size++) expect(parse(output, size)).toEqual(whole);
  });

  it.each(['', '\0', '\n', '\0\n', '\0\0\n'])('allows %j between header and changes', (separator) => {
    const text = `${header(ONE, 's')}${separator}${added}${header(TWO, 's')}${separator}`;
    const whole = separator.endsWith('\n') ? text.slice(0, -1) : text;
    expect(parse(whole).map(({ id, changes }) => [id, changes.length])).toEqual([[ONE, 1], [TWO, 0]]); // prettier-ignore
  });

  it('reads nothing from nothing', () => expect(parse('')).toEqual([]));

  it('refuses every output that stops early inside a field or a record', () => {
    const complete = new Set([0, header(ONE, '').length, header(ONE, '').length + 1, output.length]);
    complete
      .add(output.indexOf(TWO))
      .add(output.indexOf(':100644') - 2)
      .add(output.indexOf(':100644') - 1);
    for (let length = 0; length < output.length; length++) {
      const parser = new CommitParser(0);
      let problem = '';
      try {
        expect([...parser.push(Buffer.from(output.slice(0, length))), parser.end()]).toBeDefined();
      } catch (error) {
        problem = String(error);
      }
      expect([length, problem.includes('stops in the middle')]).toEqual([length, !complete.has(length)]);
    }
  });

  it.each([
    ['a copy', `:100644 100644 ${ONE} ${ONE} C100\0a\0b\0`],
    ['an unmerged path', `:000000 000000 ${NONE} ${NONE} U\0a\0`],
    ['an abbreviated id', ':100644 100644 1111111 2222222 M\0a\0'],
    ['a combined diff', `::100644 100644 100644 ${ONE} ${ONE} ${TWO} MM\0a\0`],
  ])('refuses %s', (_, change) => {
    expect(() => parse(`${header(ONE, 's')}\0\n${change}`)).toThrow('Expected a change from "git log --raw"');
  });

  it('refuses what is neither a commit nor a change', () => {
    expect(() => parse('gpg: Signature made\0a\0b\0c\0d\0e\0')).toThrow('Expected a commit id');
  });
});
