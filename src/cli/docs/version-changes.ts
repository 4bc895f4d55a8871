import type { FieldNode, RecordNode, SchemaNode } from '../../schema/index.js';
import { defaultText } from './field-table.js';
import { code } from './markdown-text.js';
import { readableLogical, readableType } from './readable-type.js';

type Fixed = Extract<SchemaNode, { kind: 'fixed' }>;
type Enum = Extract<SchemaNode, { kind: 'enum' }>;

/** What a version of an event changes for those who write and read it, as sentences in Markdown; docs do not count. */
export function versionChanges(earlier: RecordNode, later: RecordNode): string[] {
  const changes = new VersionChanges();
  changes.compare('', earlier, later);
  return changes.sentences;
}

class VersionChanges {
  readonly sentences: string[] = [];
  readonly #compared = new Map<SchemaNode, Set<SchemaNode>>();

  /** Compares two types; where their names and shapes agree, also what is in them. */
  compare(path: string, was: SchemaNode, is: SchemaNode): void {
    const [before, after] = [was, is].map((type) => readableType(type, ({ name }) => code(name)));
    if (path !== '' && before !== after)
      this.#say(`Changes the type of ${code(path)} from ${before} to ${after}.`);
    else this.#compareParts(path, was, is);
  }

  #compareParts(path: string, was: SchemaNode, is: SchemaNode): void {
    if (was.kind === 'array' && is.kind === 'array') this.compare(`${path}[]`, was.items, is.items);
    if (was.kind === 'map' && is.kind === 'map') this.compare(`${path}{}`, was.values, is.values);
    if (was.kind === 'enum' && is.kind === 'enum') this.#compareEnums(path, was, is);
    if (was.kind === 'fixed' && is.kind === 'fixed') this.#compareFixed(path, was, is);
    if (was.kind === 'record' && is.kind === 'record') this.#compareRecords(path, was, is);
    if (was.kind === 'union' && is.kind === 'union') {
      const key = (type: SchemaNode): string =>
        'name' in type ? type.name : readableType(type, ({ name }) => name);
      for (const branch of is.branches) {
        const earlier = was.branches.find((other) => key(other) === key(branch));
        if (earlier) this.#compareParts(path, earlier, branch);
      }
    }
  }

  #compareRecords(path: string, was: RecordNode, is: RecordNode): void {
    const known = this.#compared.get(was) ?? new Set();
    if (known.has(is)) return;
    this.#compared.set(was, known.add(is));
    if (was.name !== is.name) this.#say(`Renames the record from ${code(was.name)} to ${code(is.name)}.`);
    const pairs = is.fields.map((field) => ({ field, earlier: earlierField(field, was, is) }));
    const kept = new Set(pairs.map(({ earlier }) => earlier));
    for (const field of was.fields) {
      if (!kept.has(field)) this.#say(`Removes the field ${code(below(path, field.name))}.`);
    }
    for (const { field, earlier } of pairs) this.#compareField(below(path, field.name), earlier, field);
  }

  #compareField(path: string, was: FieldNode | undefined, is: FieldNode): void {
    if (!was) {
      const preset = is.default ? `${defaultText(is)} by default` : 'which is required';
      this.#say(`Adds the field ${code(path)}, ${preset}.`);
      return;
    }
    if (was.name !== is.name) this.#say(`Renames the field ${code(was.name)} to ${code(path)}.`);
    this.compare(path, was.type, is.type);
    if (JSON.stringify(was.default) === JSON.stringify(is.default)) return;
    if (!was.default) this.#say(`Gives the field ${code(path)} the default ${defaultText(is)}.`);
    else if (!is.default)
      this.#say(`Makes the field ${code(path)} required; its default was ${defaultText(was)}.`);
    else this.#say(`Changes the default of ${code(path)} from ${defaultText(was)} to ${defaultText(is)}.`);
  }

  #compareEnums(path: string, was: Enum, is: Enum): void {
    const list = (some: readonly string[], others: readonly string[]): string =>
      some
        .filter((symbol) => !others.includes(symbol))
        .map(code)
        .join(', ');
    const [added, removed] = [list(is.symbols, was.symbols), list(was.symbols, is.symbols)];
    if (added !== '') this.#say(`Adds to the symbols of ${code(path)}: ${added}.`);
    if (removed !== '') this.#say(`Removes from the symbols of ${code(path)}: ${removed}.`);
    if (was.default === is.default) return;
    const preset = is.default === undefined ? 'refused' : `read as ${code(is.default)}`;
    this.#say(`Unknown symbols of ${code(path)} are now ${preset}.`);
  }

  #compareFixed(path: string, was: Fixed, is: Fixed): void {
    const [before, after] = [was, is].map(({ size, logical }) =>
      [`${size} bytes`, ...(logical ? [readableLogical(logical)] : [])].join(' of '),
    );
    if (before !== after) this.#say(`Changes the type of ${code(path)} from ${before} to ${after}.`);
  }

  #say(sentence: string): void {
    this.sentences.push(sentence);
  }
}

function earlierField(field: FieldNode, was: RecordNode, is: RecordNode): FieldNode | undefined {
  const same = was.fields.find(({ name }) => name === field.name);
  if (same) return same;
  const gone = was.fields.filter(({ name }) => !is.fields.some((other) => other.name === name));
  return gone.find(({ name }) => field.aliases.includes(name));
}

function below(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
