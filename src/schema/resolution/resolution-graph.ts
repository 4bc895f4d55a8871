import type { SchemaNode } from '../schema-tree.js';
import { ArrayResolution, MapResolution } from './collection-resolution.js';
import type { Fault, Incompatibility } from './incompatibility.js';
import { LeafResolution } from './leaf-resolution.js';
import { RecordResolution } from './record-resolution.js';
import type { Finding, TypeResolution } from './type-resolution.js';
import { ReaderUnionResolution, WriterUnionResolution } from './union-resolution.js';

/**
 * Finds how one type is read as another, with all that this rests on.
 *
 * Types may contain themselves, so each pair of types is looked at once; then what was assumed of it is taken back
 * wherever its parts do not bear it out, until nothing changes. What is left does not depend on where one begins.
 */
export function resolveTypes(writer: SchemaNode, reader: SchemaNode): TypeResolution {
  const graph = new ResolutionGraph();
  const root = graph.between(writer, reader);
  graph.settle();
  return root;
}

/** Every reason why a type cannot be read, each once, in the order of the fields. */
export function incompatibilitiesOf(root: TypeResolution): Incompatibility[] {
  const found: Incompatibility[] = [];
  const seen = new Set<Fault | TypeResolution>();
  const open: Finding[] = [{ path: '', part: root }];
  // Not recursive, since two types that contain themselves can make very long chains of pairs.
  for (let next = open.pop(); next; next = open.pop()) {
    const { path } = next;
    const about = 'fault' in next ? next.fault : next.part;
    if (seen.has(about)) continue;
    seen.add(about);
    if ('fault' in next) found.push({ path, ...next.fault });
    else if (!next.part.fits) for (const finding of next.part.findings(path).reverse()) open.push(finding);
  }
  return found;
}

class ResolutionGraph {
  readonly #byWriter = new Map<SchemaNode, Map<SchemaNode, TypeResolution>>();
  readonly #all: TypeResolution[] = [];

  readonly between = (writer: SchemaNode, reader: SchemaNode): TypeResolution => {
    const byReader = this.#byWriter.get(writer) ?? new Map<SchemaNode, TypeResolution>();
    this.#byWriter.set(writer, byReader);
    const known = byReader.get(reader);
    if (known) return known;
    const resolution = resolutionOf(writer, reader);
    byReader.set(reader, resolution);
    this.#all.push(resolution);
    return resolution;
  };

  settle(): void {
    // The list grows while it is walked.
    for (const resolution of this.#all) resolution.link(this.between);
    // Parts mostly come after what rests on them.
    this.#all.reverse();
    untilNothingChanges(this.#all, (each) => {
      if (!each.fits || each.judgeFit()) return false;
      each.fits = false;
      return true;
    });
    untilNothingChanges(this.#all, (each) => {
      if (!each.fits || !each.same || each.judgeSame()) return false;
      each.same = false;
      return true;
    });
  }
}

function untilNothingChanges(
  all: readonly TypeResolution[],
  changes: (resolution: TypeResolution) => boolean,
): void {
  let changed = true;
  while (changed) {
    changed = false;
    for (const each of all) if (changes(each)) changed = true;
  }
}

function resolutionOf(writer: SchemaNode, reader: SchemaNode): TypeResolution {
  if (writer.kind === 'union') return new WriterUnionResolution(writer, reader);
  if (reader.kind === 'union') return new ReaderUnionResolution(writer, reader);
  if (writer.kind === 'array' && reader.kind === 'array') return new ArrayResolution(writer, reader);
  if (writer.kind === 'map' && reader.kind === 'map') return new MapResolution(writer, reader);
  if (writer.kind === 'record' && reader.kind === 'record') return new RecordResolution(writer, reader);
  return new LeafResolution(writer, reader);
}
