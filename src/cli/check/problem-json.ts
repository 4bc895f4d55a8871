import type { SchemaProblem } from '../../schema/index.js';

/** Problems as one JSON document for programs: seven keys each, `null` where there is nothing to say. */
export function problemsAsJson(problems: readonly SchemaProblem[]): string {
  const list = problems.map(({ file, aggregate, event, version, path, code, message }) => ({
    file: file ?? null,
    aggregate: aggregate ?? null,
    event: event ?? null,
    version: version ?? null,
    path: path === undefined || path === '' ? null : path,
    code,
    message,
  }));
  return `${JSON.stringify({ problems: list }, undefined, 2)}\n`;
}
