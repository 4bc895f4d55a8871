import { createHash } from 'node:crypto';
import type { DataSource, EntityMetadata, EntityTarget, ObjectLiteral } from 'typeorm';
import { joinOf } from './join.js';

const SUFFIX = '__rebuild';
/** What PostgreSQL keeps of a name, in bytes of UTF-8. */
const LONGEST_NAME = 63;

/** A table that is rebuilt, and the one that it is rebuilt in; both as TypeORM has them and quoted for SQL. */
export interface ShadowedTable {
  readonly metadata: EntityMetadata;
  readonly livePath: string;
  readonly shadowPath: string;
  readonly live: string;
  readonly shadow: string;
}

/**
 * The tables of entities, with those that TypeORM keeps for their many-to-many relations and closures.
 *
 * @throws EntityMetadataNotFoundError when something is no entity of the data source.
 */
export function shadowedTables(dataSource: DataSource, entities: readonly unknown[]): ShadowedTable[] {
  makeShadowable(dataSource);
  const tables = entities
    .map((entity) => dataSource.getMetadata(entity as EntityTarget<ObjectLiteral>))
    .flatMap((metadata) => [
      metadata,
      ...metadata.manyToManyRelations.flatMap(({ isOwning, junctionEntityMetadata: junction }) =>
        isOwning && junction ? [junction] : [],
      ),
      ...(metadata.closureJunctionTable ? [metadata.closureJunctionTable] : []),
    ])
    .map((metadata) => shadowedTable(dataSource, metadata));
  // The entities of a table that several share are rebuilt together.
  return [...new Map(tables.map((table) => [table.livePath, table])).values()];
}

/** What {@link shadowedTables} answers, as a join needs it. */
export function shadowPaths(tables: readonly ShadowedTable[]): ReadonlyMap<string, string> {
  return new Map(tables.map(({ livePath, shadowPath }) => [livePath, shadowPath]));
}

/** The name of the table that another is rebuilt in. */
export function shadowName(table: string): string {
  const bytes = Buffer.from(table);
  if (bytes.length + SUFFIX.length <= LONGEST_NAME) return table + SUFFIX;
  // Two long names may differ in what is cut off.
  const rest = `_${createHash('sha256').update(table).digest('hex').slice(0, 8)}${SUFFIX}`;
  let cut = '';
  for (const character of table) {
    if (Buffer.byteLength(cut + character) + rest.length > LONGEST_NAME) break;
    cut += character;
  }
  return cut + rest;
}

function shadowedTable({ driver }: DataSource, metadata: EntityMetadata): ShadowedTable {
  const { schema, database } = metadata;
  const quoted = (name: string): string =>
    [schema, name].flatMap((each) => (each ? [`"${each.replaceAll('"', '""')}"`] : [])).join('.');
  // Not from metadata.tablePath, which answers the shadow's within a rebuild.
  const { tableName } = original(metadata);
  return {
    metadata,
    livePath: driver.buildTableName(tableName, schema, database),
    shadowPath: driver.buildTableName(shadowName(tableName), schema, database),
    live: quoted(tableName),
    shadow: quoted(shadowName(tableName)),
  };
}

interface TableNames {
  readonly tableName: string;
  readonly tablePath: string;
}

const originals = new WeakMap<EntityMetadata, TableNames>();

function original(metadata: EntityMetadata): TableNames {
  return originals.get(metadata) ?? metadata;
}

/** Has every entity of a data source answer the table that stands for its own while code runs in a join that says so. */
function makeShadowable(dataSource: DataSource): void {
  for (const metadata of dataSource.entityMetadatas) {
    if (originals.has(metadata)) continue;
    const { tableName, tablePath } = metadata;
    originals.set(metadata, { tableName, tablePath });
    const shadow = (): string | undefined => joinOf(dataSource)?.shadows.get(tablePath);
    Object.defineProperty(metadata, 'tablePath', { get: () => shadow() ?? tablePath });
    // TypeORM finds the table of a closure by its path, which without a schema is looked for among the names.
    if (metadata.tableType === 'closure-junction') {
      Object.defineProperty(metadata, 'tableName', {
        get: () => (shadow() === undefined ? tableName : shadowName(tableName)),
      });
    }
  }
}
