import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { installTypeScriptLoader } from '../postgres/typescript-loader.js';
import { startTestServer, stopTestServer } from '../postgres/test-server.js';

// Runs specs with PgBouncer between them and PostgreSQL, in transaction mode: `npm run test:pgbouncer [-- <paths>]`.

installTypeScriptLoader();
const { startPgBouncer } = await import('./pgbouncer.ts');
const paths = process.argv.slice(2);
try {
  const direct = await startTestServer();
  const pooler = await startPgBouncer(direct);
  try {
    console.log(`${pooler.version} in transaction mode, in front of an embedded PostgreSQL`);
    process.exitCode = await runJest({ DATABASE_URL: pooler.url, ADMIN_DATABASE_URL: direct });
  } finally {
    await pooler.stop();
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await stopTestServer();
}

/** @param {Record<string, string>} environment */
async function runJest(environment) {
  const jest = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js'];
  const child = spawn(process.execPath, [...jest, ...(paths.length > 0 ? paths : ['test/integration/'])], {
    stdio: 'inherit',
    env: { ...process.env, ...environment },
  });
  const [code] = await once(child, 'exit');
  return code ?? 1;
}
