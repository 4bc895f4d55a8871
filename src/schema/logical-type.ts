import { AvroLogical } from './avsc.js';
import type { AvroType, MismatchHook } from './avsc.js';

/** What kind of JavaScript value a type's values are; a union can tell branches apart whose kinds differ. */
export type ValueKind =
  'null' | 'boolean' | 'number' | 'integer' | 'string' | 'buffer' | 'date' | 'array' | 'object';

/** The attributes of a schema that a logical type may look at. */
export type LogicalAttributes = Readonly<Record<string, unknown>>;

/** Converts between the value that a program sees and the one that Avro encodes. */
export interface Conversion {
  /** The kind of the value a program sees. */
  readonly kind: ValueKind;

  /** What to pass, as an error message puts it, e.g. `'long (timestamp-millis) as Date'`. */
  readonly expected: string;

  /** Attributes that tell this type from others of its name, e.g. precision and scale. */
  readonly attributes?: Readonly<Record<string, number>>;

  /** Converts for encoding; `undefined` refuses the value. */
  encode(value: unknown): unknown;

  /** Whether `encode` would succeed, for conversions that know so without encoding. */
  accepts?(value: unknown): boolean;

  /** Converts what was decoded. @throws if it stands for no value, such as a date beyond the range of `Date` */
  decode(value: unknown): unknown;

  /** Why a value was refused and what to pass instead, if there is more to say than what is expected. */
  explain?(value: unknown): string | undefined;
}

/** An Avro logical type with a conversion; it sits on an underlying type that is built already. */
export class ConvertedType extends AvroLogical {
  readonly conversion: Conversion;

  constructor(name: string, underlying: AvroType, conversion: Conversion) {
    super(underlying);
    this._logicalTypeName = name;
    this.conversion = conversion;
  }

  override _check(value: unknown, flags?: unknown, hook?: MismatchHook, path?: string[]): boolean {
    if (!this.conversion.accepts) return super._check(value, flags, hook, path);
    const accepted = this.conversion.accepts(value);
    if (!accepted) hook?.(value, this);
    return accepted;
  }

  protected override _toValue(value: unknown): unknown {
    return this.conversion.encode(value);
  }

  protected override _fromValue(value: unknown): unknown {
    return this.conversion.decode(value);
  }

  protected override _export(schema: Parameters<InstanceType<typeof AvroLogical>['_export']>[0]): void {
    Object.assign(schema, this.conversion.attributes);
  }

  /** Reads what was written as the same logical type, or as its underlying type without one; else refuses. */
  protected override _resolve(writer: AvroType): ((value: unknown) => unknown) | undefined {
    try {
      const plain = writer instanceof ConvertedType ? writer.underlyingType : writer;
      this.underlyingType.createResolver(plain);
    } catch {
      return undefined;
    }
    if (writer instanceof ConvertedType) return this.#readsAs(writer) ? (value) => value : undefined;
    return (value) => this.conversion.decode(value);
  }

  #readsAs({ typeName, conversion: { attributes = {} } }: ConvertedType): boolean {
    if (typeName !== this.typeName) return false;
    return Object.entries(this.conversion.attributes ?? {}).every(
      ([name, value]) => attributes[name] === value,
    );
  }
}
