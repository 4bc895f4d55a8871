import { jsonPointer, placeAt, valueAt } from './json-pointer.js';

/**
 * What is to be done to a value that was read from Avro binary, so that it is what was written: a number is a `bigint`,
 * a field that was not there is `absent` instead of its default, or the property is the `version` of the schema.
 */
export type Amendment = 'bigint' | 'absent' | 'version';

/** JSON Pointers to {@link Amendment}s. */
export type Amendments = Record<string, Amendment>;

/** The property that `addSchemaVersionToEventData` adds. */
export const SCHEMA_VERSION_PROPERTY = 'schema_version';

/**
 * Finds what is to be done to a payload as it was read, so that it is the one that was written, with the same own
 * properties all the way down; `undefined` where nothing helps.
 *
 * @param version of the schema.
 */
export function amendmentsTo(
  read: Readonly<Record<string, unknown>>,
  written: Readonly<Record<string, unknown>>,
  version: number,
): Amendments | undefined {
  const comparison = new Comparison(version);
  return comparison.compare(read, written) ? comparison.amendments : undefined;
}

class Comparison {
  readonly amendments: Amendments = {};
  readonly #keys: (string | number)[] = [];

  constructor(private readonly version: number) {}

  /** Whether a value that was read is the written one, or can be made it. */
  compare(read: unknown, written: unknown): boolean {
    if (typeof written === 'bigint') return this.#compareBigInt(read, written);
    if (typeof written !== 'object' || written === null || read === null) return read === written;
    if (written instanceof Date) return read instanceof Date && read.getTime() === written.getTime();
    if (written instanceof Uint8Array) return Buffer.isBuffer(read) && read.equals(written);
    if (Array.isArray(written)) return Array.isArray(read) && this.#compareArrays(read, written);
    if (typeof read !== 'object' || Array.isArray(read) || read instanceof Date || Buffer.isBuffer(read))
      return false;
    return this.#compareObjects(read as Record<string, unknown>, written as Record<string, unknown>);
  }

  #compareBigInt(read: unknown, written: bigint): boolean {
    if (read === written) return true;
    if (typeof read !== 'number' || BigInt(read) !== written) return false;
    this.#amend('bigint');
    return true;
  }

  #compareArrays(read: readonly unknown[], written: readonly unknown[]): boolean {
    return (
      read.length === written.length &&
      written.every((value, index) => this.#within(index, read[index], value))
    );
  }

  #compareObjects(
    read: Readonly<Record<string, unknown>>,
    written: Readonly<Record<string, unknown>>,
  ): boolean {
    for (const key of Object.keys(written)) {
      if (Object.hasOwn(read, key)) {
        if (!this.#within(key, read[key], written[key])) return false;
      } else if (!this.#isVersion(key, written[key])) return false;
    }
    for (const key of Object.keys(read)) {
      if (!Object.hasOwn(written, key)) this.#amend('absent', key);
    }
    return true;
  }

  #isVersion(key: string, value: unknown): boolean {
    const is = this.#keys.length === 0 && key === SCHEMA_VERSION_PROPERTY && value === this.version;
    if (is) this.#amend('version', key);
    return is;
  }

  #within(key: string | number, read: unknown, written: unknown): boolean {
    this.#keys.push(key);
    const same = this.compare(read, written);
    this.#keys.pop();
    return same;
  }

  #amend(amendment: Amendment, ...below: string[]): void {
    this.amendments[jsonPointer([...this.#keys, ...below])] = amendment;
  }
}

/** Does to a payload what amendments say. @throws TypeError where they do not fit it */
export function amend(
  payload: Record<string, unknown>,
  amendments: Readonly<Record<string, unknown>>,
  version: number,
): void {
  for (const [pointer, amendment] of Object.entries(amendments)) {
    const place = placeAt(payload, pointer);
    if (amendment === 'version') place.owner[place.key] = version;
    else if (amendment === 'absent' && Object.hasOwn(place.owner, place.key)) delete place.owner[place.key];
    else place.owner[place.key] = toBigInt(valueAt(place, pointer), amendment, pointer);
  }
}

function toBigInt(value: unknown, amendment: unknown, pointer: string): bigint {
  if (amendment === 'bigint' && Number.isSafeInteger(value)) return BigInt(value as number);
  throw new TypeError(`its value at ${JSON.stringify(pointer)} is no ${String(amendment)}`);
}
