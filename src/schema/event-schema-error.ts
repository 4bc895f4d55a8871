import { EventSourcingError } from '../domain/index.js';
import { printable } from './render-value.js';
import type { SchemaProblem } from './schema-problem.js';

/** Thrown with every problem at once: at start-up for schema files, at an append for payloads. */
export class EventSchemaError extends EventSourcingError {
  override readonly code = 'EVENT_SCHEMA';

  /** All problems, sorted by file. */
  readonly problems: readonly SchemaProblem[];

  /** @param problems at least one; they are sorted by file here, those without a file come first. */
  constructor(problems: readonly SchemaProblem[]) {
    const sorted = [...problems].sort(byFile);
    super([headline(sorted), ...sorted.map(render)].join('\n'));
    this.problems = sorted;
  }

  /** Whether it is the payloads that are wrong, not the schemas. */
  get ofPayload(): boolean {
    return isOfPayload(this.problems);
  }
}

function byFile(left: SchemaProblem, right: SchemaProblem): number {
  const [a, b] = [left.file ?? '', right.file ?? ''];
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function isOfPayload(problems: readonly SchemaProblem[]): boolean {
  return problems.every(({ code }) => code.startsWith('PAYLOAD_'));
}

function headline(problems: readonly SchemaProblem[]): string {
  const payload = isOfPayload(problems);
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  return payload ? `Event payload refused by its schema, ${count}:` : `Event schemas, ${count}:`;
}

function render({ code, message, file, path }: SchemaProblem): string {
  const place = [file, path].filter((part) => part !== undefined && part !== '').join(' at ');
  const heading = place === '' ? code : `${place} (${code})`;
  return `\n  ${printable(heading)}\n    ${printable(message)}`;
}
