import fc from 'fast-check';

/** A schema of a random type, as JSON, and a way to make a value of it. */
interface TypeSample {
  readonly schema: unknown;
  readonly value: unknown;
}

/** The schema of a random event, with a payload that it takes. */
export interface EventSample {
  readonly schema: object;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** A type before its named parts have names. */
type Shape = (names: Iterator<string>) => TypeSample;

const shape = (schema: unknown, ...values: unknown[]): fc.Arbitrary<Shape> =>
  fc.constantFrom(...values).map((value) => () => ({ schema, value }));

const leaf: fc.Arbitrary<Shape> = fc.oneof(
  shape('boolean', true),
  shape('int', 1, -5),
  shape('long', 2 ** 40, 2n ** 60n),
  shape('float', 0.5),
  shape('double', 1e300),
  shape('string', '', "it's", '"\n😀'),
  shape('bytes', Buffer.from([1, 2])),
  shape({ type: 'long', logicalType: 'timestamp-millis' }, new Date(5)),
  shape({ type: 'int', logicalType: 'date' }, new Date(0)),
  shape({ type: 'int', logicalType: 'time-millis' }, 5),
  shape({ type: 'long', logicalType: 'time-micros' }, 5n, 5),
  shape({ type: 'bytes', logicalType: 'decimal', precision: 6, scale: 2 }, '1.50'),
  shape({ type: 'string', logicalType: 'uuid' }, '0b0cd4b5-6e5f-4c0e-9a70-d1c5a1f9e3e7'),
);

/** Names that mean types of Avro, and that of the event itself. */
const BUILT_IN =
  /(^|\.)(null|boolean|int|long|float|double|bytes|string|record|enum|array|map|fixed|union|error|event)$/;

const docs = fc.option(
  fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('*/ x', '@y\n@z', ' a\r\n\n b ')),
);

const identifier = fc
  .oneof(
    fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,12}$/),
    fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{20,90}$/),
    fc.constantFrom('readonly', 'static', 'new', 'get', 'Date', 'Record', 'string', 'x', '_'),
  )
  .filter((name) => !(name in Object.prototype));

const symbols = fc.uniqueArray(identifier, { minLength: 1, maxLength: 9 });

const named: fc.Arbitrary<Shape> = fc.oneof(
  fc.tuple(symbols, docs).map(([list, doc]) => (names: Iterator<string>) => ({
    schema: { type: 'enum', name: nextOf(names), symbols: list, ...(doc === null ? {} : { doc }) },
    value: list[0],
  })),
  fc.constant((names: Iterator<string>) => ({
    schema: { type: 'fixed', name: nextOf(names), size: 2 },
    value: Buffer.from([1, 2]),
  })),
);

const { type } = fc.letrec<{ type: Shape }>((tie) => ({
  type: fc.oneof(
    { maxDepth: 4, depthSize: 'medium' },
    { weight: 4, arbitrary: leaf },
    { weight: 2, arbitrary: named },
    fc.array(tie('type'), { minLength: 1, maxLength: 1 }).map(([items]) => (names: Iterator<string>) => {
      const { schema, value } = items!(names);
      return { schema: { type: 'array', items: schema }, value: [value, value] };
    }),
    tie('type').map((values) => (names: Iterator<string>) => {
      const { schema, value } = values(names);
      return { schema: { type: 'map', values: schema }, value: { a: value, 'b c': value } };
    }),
    fc.tuple(fc.array(tie('type'), { minLength: 1, maxLength: 4 }), fc.boolean(), fc.nat()).map(unionShape),
    fc
      .tuple(
        fc.uniqueArray(identifier, { maxLength: 4 }),
        fc.array(tie('type'), { minLength: 4, maxLength: 4 }),
        docs,
      )
      .map(([fields, types, doc]) => (names: Iterator<string>) => {
        const name = nextOf(names);
        const samples = fields.map((field, index) => [field, types[index]!(names)] as const);
        return {
          schema: {
            type: 'record',
            name,
            fields: samples.map(([name, { schema }]) => ({
              name,
              type: schema,
              ...(doc === null ? {} : { doc }),
            })),
          },
          value: Object.fromEntries(samples.map(([name, { value }]) => [name, value])),
        };
      }),
  ),
}));

/** Branches of one name cannot be in one union. */
function unionShape([shapes, nullable, choice]: [Shape[], boolean, number]): Shape {
  return (names) => {
    const branches = new Map<string, TypeSample>();
    if (nullable) branches.set('null', { schema: 'null', value: null });
    for (const each of shapes) {
      const sample = each(names);
      if (!Array.isArray(sample.schema)) branches.set(branchName(sample.schema), sample);
    }
    if (branches.size === 0) branches.set('null', { schema: 'null', value: null });
    const list = [...branches];
    const [name, { value }] = list[choice % list.length]!;
    const kinds = list.flatMap(([, { schema }]) => kindsOf(schema));
    const isWrapped = new Set(kinds).size < kinds.length && name !== 'null';
    return { schema: list.map(([, { schema }]) => schema), value: isWrapped ? { [name]: value } : value };
  };
}

function branchName(schema: unknown): string {
  if (typeof schema === 'string') return schema;
  const { type, name } = schema as { type: string; name?: string };
  return name ?? type;
}

/** Kinds of values, by which a union tells its branches apart. */
function kindsOf(schema: unknown): string[] {
  const { type, logicalType = type } = (typeof schema === 'string' ? { type: schema } : schema) as {
    type: string;
    logicalType?: string;
  };
  if (/^(timestamp|date)/.test(logicalType)) return ['date'];
  if (/^(long|time-micros)$/.test(logicalType)) return ['number', 'bigint'];
  if (/^(int|float|double|time-millis)$/.test(logicalType)) return ['number'];
  if (/^(string|enum|decimal|uuid)$/.test(logicalType)) return ['string'];
  if (/^(bytes|fixed)$/.test(logicalType)) return ['buffer'];
  return [/^(record|map)$/.test(type) ? 'object' : type];
}

function nextOf(names: Iterator<string>): string {
  return String(names.next().value);
}

/** Random names, then numbered ones: each type of a schema has one of its own. */
function* namesFrom(list: readonly string[]): Generator<string> {
  yield* list;
  for (let number = 0; ; number += 1) yield `space.Type_${number}`;
}

/** Random events; their records are called `event`. */
export const arbitraryEvent: fc.Arbitrary<EventSample> = fc
  .record({
    fields: fc.uniqueArray(fc.tuple(identifier, type, docs, fc.boolean()), {
      maxLength: 6,
      selector: ([name]) => name,
    }),
    // All with a namespace: a name without one would mean that of the type around it.
    names: fc.uniqueArray(
      fc.tuple(fc.constantFrom('a', 'b.c', '_'), identifier).map((parts) => parts.join('.')),
      { maxLength: 12 },
    ),
    doc: docs,
  })
  .map(({ fields, names, doc }) => {
    const usable = namesFrom(names.filter((name) => !BUILT_IN.test(name)));
    const samples = fields.map(([name, shape, doc, optional]) => ({ name, doc, optional, ...shape(usable) }));
    return {
      schema: {
        type: 'record',
        name: 'event',
        doc: doc ?? undefined,
        fields: samples.map(({ name, schema, doc, optional }) => ({
          name,
          doc: doc ?? undefined,
          ...(optional
            ? { type: ['null', { type: 'array', items: schema }], default: null }
            : { type: schema }),
        })),
      },
      payload: Object.fromEntries(
        samples.filter(({ optional }) => !optional).map(({ name, value }) => [name, value]),
      ),
    };
  });
