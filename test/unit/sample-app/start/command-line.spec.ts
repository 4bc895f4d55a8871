import path from 'node:path';
import { readStartOptions } from '../../../../sample-app/start/command-line.js';

describe('the path of --git', () => {
  const gitOf = (git: string, environment: NodeJS.ProcessEnv): string | undefined =>
    readStartOptions(['--git', git], environment).git;
  const byNpm = { npm_lifecycle_event: 'start', INIT_CWD: '/home/ada/project' };

  it('is taken from where npm was called, not from the folder it runs scripts in', () => {
    expect(gitOf('.', byNpm)).toBe('/home/ada/project');
    expect(gitOf('../other', byNpm)).toBe('/home/ada/other');
    expect(gitOf('/srv/x', byNpm)).toBe('/srv/x');
  });

  it('is taken from the current folder without npm, whatever an outer npm left in the environment', () => {
    expect(gitOf('other', {})).toBe(path.resolve('other'));
    expect(gitOf('other', { INIT_CWD: '/home/ada' })).toBe(path.resolve('other'));
  });

  it('may be missing', () => {
    expect(readStartOptions([], byNpm).git).toBeUndefined();
  });
});
