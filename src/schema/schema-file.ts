import { readFileSync, statSync } from 'node:fs';

import { isNestedDeeper } from './json-object.js';
import { findJsonSyntaxError } from './json-syntax.js';
import type { SchemaProblem } from './schema-problem.js';

const MAX_BYTES = 1024 * 1024;
const MAX_DEPTH = 256;

/** A file of the schema directory whose JSON could be read. */
export interface SchemaFile {
  /** The path as a user would type it. */
  path: string;
  /** The folders below the schema directory, with `/` between them; `''` for the directory itself. */
  folder: string;
  /** Set if the file's name says which version of which event it describes. */
  event: EventFileName | undefined;
  /** The parsed JSON. */
  content: unknown;
}

/** What the name `v<N>_<event type>.json` (or `.avsc`) of a file says. */
export interface EventFileName {
  eventType: string;
  version: number;
}

/** Reads the name of an event's schema file; `undefined` for any other name. */
export function parseEventFileName(name: string): EventFileName | undefined {
  const [, version, eventType] = /^v(\d+)_(.+)\.(?:json|avsc)$/.exec(name) ?? [];
  return version === undefined || eventType === undefined
    ? undefined
    : { version: Number(version), eventType };
}

type ReadJson = { content: unknown } | { problem: SchemaProblem };

/** Reads and parses one file; answers the content, or the one problem that kept it from being read. */
export function readSchemaJson(realPath: string, file: string): ReadJson {
  try {
    const stats = statSync(realPath);
    if (!stats.isFile()) {
      const message = `${file} is not a regular file; remove it or put a file there.`;
      return { problem: { code: 'SCHEMA_UNREADABLE', message, file } };
    }
    if (stats.size > MAX_BYTES) return tooLarge(stats.size, file);
    return parseSchemaJson(readFileSync(realPath), file);
  } catch (error) {
    const message = `${file} cannot be read (${reason(error)}); check that it may be.`;
    return { problem: { code: 'SCHEMA_UNREADABLE', message, file } };
  }
}

/** Parses the bytes of one file; answers the content, or the one problem with them. */
export function parseSchemaJson(bytes: Uint8Array, file: string): ReadJson {
  if (bytes.byteLength > MAX_BYTES) return tooLarge(bytes.byteLength, file);
  const problem = (code: string, message: string): ReadJson => ({ problem: { code, message, file } });
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return problem('SCHEMA_NOT_JSON', `${file} is not UTF-8 text; save it as UTF-8.`);
  }
  try {
    const content: unknown = JSON.parse(text);
    if (!isNestedDeeper(content, MAX_DEPTH)) return { content };
    return problem('SCHEMA_TOO_DEEP', `${file} is nested deeper than ${MAX_DEPTH} levels; flatten it.`);
  } catch (error) {
    const found = findJsonSyntaxError(text);
    if (!found) return problem('SCHEMA_NOT_JSON', `${file} is not JSON (${reason(error)}); correct it.`);
    const { line, column, expected } = found;
    return problem(
      'SCHEMA_NOT_JSON',
      `${file} is not JSON: line ${line}, column ${column}: expected ${expected}; correct it there.`,
    );
  }
}

function tooLarge(size: number, file: string): ReadJson {
  const message = `${file} has ${size} bytes, more than the ${MAX_BYTES} a schema may have; split it or move it out of the schema directory.`;
  return { problem: { code: 'SCHEMA_TOO_LARGE', message, file } };
}

/** A short reason out of whatever was thrown: the system's error code if there is one. */
export function reason(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'code' in error) return String(error.code);
  return error instanceof Error ? error.message : String(error);
}
