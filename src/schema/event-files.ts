import type { SchemaFile } from './schema-file.js';

/** The schema files of every event, found by aggregate, event and version. */
export class EventFiles {
  readonly #files = new Map<string, SchemaFile[]>();

  constructor(files: readonly SchemaFile[]) {
    for (const file of files) {
      if (!file.event) continue;
      const key = `${file.folder}/${file.event.eventType}`;
      const known = this.#files.get(key) ?? [];
      known.push(file);
      this.#files.set(key, known);
    }
  }

  /** The files of one event by version, ascending; a version has several files if somebody made a mistake. */
  byVersion(aggregateType: string, eventType: string): Map<number, [SchemaFile, ...SchemaFile[]]> {
    const versions = new Map<number, [SchemaFile, ...SchemaFile[]]>();
    const files = this.#files.get(`${aggregateType}/${eventType}`) ?? [];
    for (const file of files) {
      const version = file.event?.version ?? 0;
      const same = versions.get(version);
      if (same) same.push(file);
      else versions.set(version, [file]);
    }
    return new Map([...versions].sort(([a], [b]) => a - b));
  }
}
