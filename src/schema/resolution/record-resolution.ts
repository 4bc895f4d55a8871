import { isPlainObject } from '../plain-object.js';
import type { RecordNode } from '../schema-tree.js';
import { fieldFindings, fieldReadings, withProvided } from './field-reading.js';
import type { FieldReading } from './field-reading.js';
import type { Fault } from './incompatibility.js';
import { setOwn } from '../own-property.js';
import { nameFaults } from './type-names.js';
import { read, TypeResolution } from './type-resolution.js';
import type { Between, Finding } from './type-resolution.js';
import { UnreadableValue } from './unreadable-value.js';
import { deeper } from './value-depth.js';

/** How records are read: field by field. What the writer declares and the reader does not is dropped. */
export class RecordResolution extends TypeResolution {
  #nameFaults: readonly Fault[];
  readonly #declared: ReadonlySet<string>;
  #fields: readonly FieldReading[] = [];

  constructor(
    private readonly writer: RecordNode,
    private readonly reader: RecordNode,
  ) {
    super();
    this.#nameFaults = nameFaults(writer, reader);
    this.#declared = new Set([...writer.fields, ...reader.fields].map(({ name }) => name));
  }

  override link(between: Between): void {
    this.#fields = fieldReadings(this.writer, this.reader, between);
  }

  /** How the same records are read where some fields come from elsewhere; asked once all else is known. */
  providedWith(provided: ReadonlySet<string>): RecordResolution {
    const resolution = new RecordResolution(this.writer, this.reader);
    // The very same faults, as each is told of once.
    resolution.#nameFaults = this.#nameFaults;
    resolution.#fields = this.#fields.map((field) => withProvided(field, provided));
    resolution.fits = resolution.judgeFit();
    resolution.same = resolution.fits && resolution.judgeSame();
    return resolution;
  }

  override judgeFit(): boolean {
    if (this.#nameFaults.length > 0) return false;
    return this.#fields.every(({ fault, source }) => !fault && (!source || source.part.fits));
  }

  override judgeSame(): boolean {
    if (this.writer.fields.length !== this.reader.fields.length) return false;
    return this.#fields.every(
      ({ field, source, fallback }) => source?.name === field.name && source.part.same && !fallback,
    );
  }

  override findings(path: string): Finding[] {
    const named = this.#nameFaults.map((fault) => ({ path, fault }));
    return [...named, ...this.#fields.flatMap((field) => fieldFindings(field, path))];
  }

  override convert(value: unknown, depth: number): Record<string, unknown> {
    if (!isPlainObject(value)) throw UnreadableValue.unexpected(value, this.writer);
    const inner = deeper(depth);
    const record: Record<string, unknown> = {};
    for (const field of this.#fields) this.#readField(field, value, record, inner);
    for (const key of Object.keys(value)) if (!this.#declared.has(key)) setOwn(record, key, value[key]);
    return record;
  }

  #readField(
    { field, source, fallback, optional }: FieldReading,
    from: Readonly<Record<string, unknown>>,
    to: Record<string, unknown>,
    depth: number,
  ): void {
    const name = source?.name ?? field.name;
    const value = source && Object.hasOwn(from, name) ? from[name] : undefined;
    try {
      if (source && value !== undefined) setOwn(to, field.name, read(source.part, value, depth));
      else if (fallback) setOwn(to, field.name, fallback());
      else if (!optional) throw UnreadableValue.unexpected(value, this.#typeOf(name));
    } catch (error) {
      throw UnreadableValue.within(name, error);
    }
  }

  /** Only for the message, so it need not be fast. */
  #typeOf(name: string) {
    return this.writer.fields.find((field) => field.name === name)?.type ?? this.writer;
  }
}
