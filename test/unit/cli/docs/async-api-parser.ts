import avro from 'avsc';

const AVRO = 'application/vnd.apache.avro+json;version=1.9.0';

/** What the parser of AsyncAPI has to say against documents, apart from the existence of newer versions of AsyncAPI. */
export async function asyncApiComplaints(documents: readonly unknown[]): Promise<string[][]> {
  // It is large, and only these tests need it.
  const { Parser } = await import('@asyncapi/parser');
  const parser = new Parser();
  parser.registerSchemaParser({
    getMimeTypes: () => [AVRO],
    validate: ({ data, path }) => avroComplaints(data, path),
    parse: ({ data }) => data as object,
  });
  const complaints: string[][] = [];
  for (const document of documents) {
    const diagnostics = await parser.validate(JSON.stringify(document));
    complaints.push(
      diagnostics
        .filter(({ code }) => code !== 'asyncapi-latest-version')
        .map(({ code, message, path }) => `${code} at ${path.join('.')}: ${message}`),
    );
  }
  return complaints;
}

function avroComplaints(
  schema: unknown,
  path: (string | number)[],
): { message: string; path: (string | number)[] }[] {
  try {
    avro.Type.forSchema(schema as avro.Schema);
    return [];
  } catch (error) {
    return [{ message: String(error), path }];
  }
}
