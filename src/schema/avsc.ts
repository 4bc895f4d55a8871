import avro from 'avsc';

/** A compiled Avro type. */
export type AvroType = avro.Type;

/** Told of every mismatch that a check meets. */
export type MismatchHook = (value: unknown, type: AvroType) => void;

/** Where avsc reads or writes: bytes and a place in them, which may lie beyond their end. */
export interface Tap {
  readonly buf: Buffer;
  pos: number;
  readLong(): number;
  writeLong(value: number): void;
  /** Answers `undefined` where it would end beyond the bytes. */
  readString(): string | undefined;
  /** All bytes as Latin-1, once they were asked for; avsc does not know of it. */
  text?: string;
  skipLong(): void;
}

/** What avsc's types do among themselves and its typings leave out. */
export interface AvroInternals {
  _check(value: unknown, flags?: unknown, hook?: MismatchHook, path?: string[]): boolean;
  _copy(value: unknown, options?: unknown): unknown;
  _read(tap: Tap): unknown;
  _write(tap: Tap, value: unknown): void;
}

/** avsc's record, with the parts a stricter record replaces. */
export interface RecordInternals extends AvroInternals {
  readonly _fieldsByName: object;
  _checkFields(value: object): boolean;
  _createChecker(): AvroInternals['_check'];
  _createReader(): AvroInternals['_read'];
}

/** avsc's unions, with their look-up tables. */
export interface UnionInternals extends AvroInternals {
  readonly _branchIndices: Record<string, number>;
  readonly _bucketIndices: Record<string, number>;
  _getIndex(value: unknown): number | undefined;
}

/** The options a type is built with; `registry` holds the named types so far. */
export interface BuildOptions {
  registry: Record<string, AvroType>;
  typeHook: (schema: unknown, options: BuildOptions) => AvroType | undefined;
  omitRecordMethods: boolean;
  noAnonymousTypes: boolean;
}

/** How a 64-bit integer is represented in JavaScript. */
export interface LongMethods {
  toBuffer(value: unknown): Buffer;
  fromBuffer(buffer: Buffer): number | bigint;
  fromJSON(value: unknown): number | bigint;
  toJSON(value: unknown): number | bigint;
  isValid(value: unknown): boolean;
  compare(left: number | bigint, right: number | bigint): number;
}

type Constructor<Instance> = new (schema: unknown, options?: BuildOptions) => Instance;

/** A logical type as avsc's constructor leaves it. */
export interface LogicalInternals extends AvroInternals {
  _logicalTypeName: string;
}

// avsc's typings are incomplete; every assertion that this takes is below.

/** avsc's record type. */
export const AvroRecord = avro.types.RecordType as unknown as Constructor<
  avro.types.RecordType & RecordInternals
>;
/** avsc's map type. */
export const AvroMap = avro.types.MapType as unknown as Constructor<avro.types.MapType & AvroInternals>;
/** avsc's array type. */
export const AvroArray = avro.types.ArrayType as unknown as Constructor<avro.types.ArrayType & AvroInternals>;
/** avsc's enum type. */
export const AvroEnum = avro.types.EnumType as unknown as Constructor<avro.types.EnumType & AvroInternals>;
/** avsc's fixed type. */
export const AvroFixed = avro.types.FixedType as unknown as Constructor<avro.types.FixedType & AvroInternals>;
/** avsc's 4-byte number type. */
export const AvroFloat = avro.types.FloatType as unknown as Constructor<avro.types.FloatType & AvroInternals>;
/** avsc's 8-byte number type. */
export const AvroDouble = avro.types.DoubleType as unknown as Constructor<
  avro.types.DoubleType & AvroInternals
>;
/** avsc's string type. */
export const AvroString = avro.types.StringType as unknown as Constructor<
  avro.types.StringType & AvroInternals
>;
/** avsc's union of values as they are. */
export const AvroPlainUnion = avro.types.UnwrappedUnionType as unknown as Constructor<
  avro.types.UnwrappedUnionType & UnionInternals
>;
/** avsc's union of values in wrappers. */
export const AvroWrappedUnion = avro.types.WrappedUnionType as unknown as Constructor<
  avro.types.WrappedUnionType & UnionInternals
>;
/** avsc's base of logical types. */
export const AvroLogical = avro.types.LogicalType as unknown as Constructor<
  avro.types.LogicalType & LogicalInternals
>;

/** The part of a type that reads and writes; avsc's typings leave it out. */
export function internalsOf(type: AvroType): AvroInternals {
  return type as unknown as AvroInternals;
}

/** Builds the type of a 64-bit integer. @param faster reading and writing to use instead of avsc's. */
export function buildLong(
  methods: LongMethods,
  faster: (slow: AvroInternals) => Pick<AvroInternals, '_read' | '_write'>,
): AvroType {
  const long = avro.types.LongType.__with(methods);
  // avsc has frozen it, so its own methods can only be covered.
  const { _read, _write } = faster(internalsOf(long));
  return Object.create(long, { _read: { value: _read }, _write: { value: _write } }) as AvroType;
}

/** Builds the type of a schema. @throws Error if avsc finds the schema wrong */
export function buildType(schema: unknown, options: BuildOptions): AvroType {
  const Type = avro.Type as unknown as { forSchema(schema: unknown, options: BuildOptions): AvroType };
  return Type.forSchema(schema, options);
}
