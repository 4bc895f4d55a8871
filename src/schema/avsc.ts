import avro from 'avsc';

/** A compiled Avro type. */
export type AvroType = avro.Type;

/** Told of every mismatch that a check meets. */
export type MismatchHook = (value: unknown, type: AvroType) => void;

/** What avsc's types do among themselves and its typings leave out. */
export interface AvroInternals {
  _check(value: unknown, flags?: unknown, hook?: MismatchHook, path?: string[]): boolean;
  _copy(value: unknown, options?: unknown): unknown;
  _write(tap: unknown, value: unknown): void;
}

/** avsc's record, with the parts a stricter record replaces. */
export interface RecordInternals extends AvroInternals {
  readonly _fieldsByName: object;
  _checkFields(value: object): boolean;
  _createChecker(): AvroInternals['_check'];
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

/** Builds the type of a 64-bit integer. */
export function buildLong(methods: LongMethods): AvroType {
  return avro.types.LongType.__with(methods);
}

/** Builds the type of a schema. @throws Error if avsc finds the schema wrong */
export function buildType(schema: unknown, options: BuildOptions): AvroType {
  const Type = avro.Type as unknown as { forSchema(schema: unknown, options: BuildOptions): AvroType };
  return Type.forSchema(schema, options);
}
