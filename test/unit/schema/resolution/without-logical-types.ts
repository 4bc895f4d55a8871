/** A schema without what makes its types logical ones. */
export function withoutLogicalTypes(schema: unknown): unknown {
  return JSON.parse(
    JSON.stringify(schema, (key, value: unknown) =>
      ['logicalType', 'precision', 'scale'].includes(key) ? undefined : value,
    ),
  );
}
