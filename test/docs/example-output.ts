import { formatWithOptions } from 'node:util';
import { jest } from '@jest/globals';

/** What an example prints, by lines; it is over when it is imported. */
export async function outputOf(name: string): Promise<string[]> {
  const lines: string[] = [];
  const log = jest.spyOn(console, 'log').mockImplementation((...values: unknown[]) => {
    lines.push(...formatWithOptions({ colors: false, breakLength: Infinity }, ...values).split('\n'));
  });
  try {
    await import(`./examples/${name}.js`);
  } finally {
    log.mockRestore();
  }
  return lines;
}
