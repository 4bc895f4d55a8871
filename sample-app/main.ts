import { start } from './start/start.js';
import { reportFailure } from './start/start-up-failure.js';

try {
  await start(process.argv.slice(2));
} catch (error) {
  process.exit(reportFailure(error));
}
