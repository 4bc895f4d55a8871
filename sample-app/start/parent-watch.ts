const INTERVAL = 500;

/**
 * Ends this process when it was started by `npm start` and npm is told to end.
 *
 * npm passes SIGTERM on to the shell it runs scripts with, and that dies of it without passing it on: we would stay
 * behind, with the port and the database. Does nothing on Windows, where it is not needed.
 */
export function endWithNpm(): void {
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const shell = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, INTERVAL);
  timer.unref();
}
