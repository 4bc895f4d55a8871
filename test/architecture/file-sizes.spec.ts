import { readSourceFiles } from './source-files.js';

const MOST = 300;
const MEDIAN = 80;

it(`no file of src is longer than ${MOST} lines, and half of them are shorter than ${MEDIAN}`, async () => {
  const files = [...(await readSourceFiles())].map(([file, text]) => ({
    file,
    lines: text.split('\n').length - 1,
  }));
  expect(files.filter(({ lines }) => lines > MOST)).toEqual([]);
  const sorted = files.map(({ lines }) => lines).sort((a, b) => a - b);
  expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThan(MEDIAN);
});
