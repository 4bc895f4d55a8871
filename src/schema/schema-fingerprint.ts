import { createHash } from 'node:crypto';
import { stableJson } from './json-object.js';
import { meaningOf } from './schema-meaning.js';
import type { SchemaNode } from './schema-tree.js';

/**
 * The SHA-256 of what a schema means, in hexadecimal.
 *
 * Avro's own fingerprint leaves out defaults, aliases and logical types, which decide how stored events are read.
 */
export function schemaFingerprint(tree: SchemaNode): string {
  return createHash('sha256')
    .update(stableJson(meaningOf(tree)))
    .digest('hex');
}
