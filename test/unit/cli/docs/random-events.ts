import * as fc from 'fast-check';

const PRIMITIVES = ['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string'];
const LOGICAL = [
  { type: 'int', logicalType: 'date' },
  { type: 'int', logicalType: 'time-millis' },
  { type: 'long', logicalType: 'time-micros' },
  { type: 'long', logicalType: 'timestamp-millis' },
  { type: 'long', logicalType: 'timestamp-micros' },
  { type: 'long', logicalType: 'local-timestamp-millis' },
  { type: 'bytes', logicalType: 'decimal', precision: 18, scale: 2 },
  { type: 'string', logicalType: 'uuid' },
];
const NAMESPACES = [undefined, '', 'shop', 'shop.parts'];

/** Text that means something in Markdown, HTML, YAML or a terminal. */
export const HOSTILE = [
  '<script>alert(1)</script>',
  'a | b || c',
  '`code` ``more`` ```',
  '[link](javascript:alert(1)) ![image](x) [ref]: http://x.y/ [^1]',
  'https://example.com/a_b www.example.com <http://x.y> me@example.com',
  '*a* _b_ __c__ ~~d~~ $e$ \\f \\| \\',
  '# heading\n## more\n\n- item\n1. one\n\n> quote\n\n    code\n---\n===',
  '&lt; &amp; &#124; &nbsp;',
  '<!-- comment --> {{ template }} {% tag %} ${x}',
  '\u001b[31mred\u0000\u2028\u202e\ud800',
  '日本語と한국어 👩‍👩‍👧 🇩🇪 é ❤️ ﷽',
  '| --- | --- |',
  '+ a\r\n\r\n= b',
  '12. a 13) b',
  '__proto__',
  '---\ntitle: x\n---',
];

const MARKS = Array.from('|`*_[]()<>&#!~$\\-+=:.1 \na{%}');

/** Any text, often hostile. */
export const arbitraryText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...HOSTILE),
  // Prettier and we may not agree how wide a character is that Unicode does not have yet.
  fc.string({ unit: 'binary', maxLength: 30 }).map((text) => text.replace(/\p{Cn}/gu, '')),
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc.string({ unit: fc.constantFrom(...MARKS), maxLength: 30 }),
);

/** Files of one or two versions of some events, as `eventsOf` takes them. */
export const arbitraryFiles: fc.Arbitrary<Record<string, unknown>> = fc.gen().map((draw) => {
  const files: Record<string, unknown> = {};
  const names = draw(fc.shuffledSubarray<string>, ['todo/todo_created', 'todo/todo_done', 'bill/bill_sent'], {
    minLength: 1,
  });
  for (const name of names) {
    const [aggregate, event] = name.split('/') as [string, string];
    const versions = draw(fc.integer, { min: 1, max: 2 });
    for (let version = 1; version <= versions; version += 1) {
      files[`${aggregate}/v${version}_${event}.json`] = new RandomRecord(draw).event(event);
    }
  }
  return files;
});

class RandomRecord {
  readonly #names = new Set<string>();

  constructor(private readonly draw: fc.GeneratorValue) {}

  event(name: string): object {
    const namespace = this.#one(NAMESPACES);
    this.#names.add(fullName(name, namespace ?? ''));
    return { type: 'record', name, namespace, ...this.#about(), fields: this.#fields(3, namespace ?? '') };
  }

  #fields(depth: number, namespace: string): object[] {
    const names = this.draw(fc.shuffledSubarray<string>, ['a', 'b_c', '_d', 'e1', 'f']);
    return names.map((name) => {
      const aliases = this.#dice(4) ? { aliases: [`old_${name}`] } : {};
      return { name, ...this.#doc(), ...aliases, ...this.#typeAndDefault(depth, namespace) };
    });
  }

  #typeAndDefault(depth: number, namespace: string): object {
    if (this.#dice(3)) return { type: ['null', this.#named(depth, namespace)], default: null };
    if (this.#dice(4)) return { type: 'string', default: this.draw(() => arbitraryText).toWellFormed() };
    if (this.#dice(4)) {
      const key = `k${this.draw(() => arbitraryText).toWellFormed()}`;
      return { type: { type: 'map', values: 'long' }, default: { [key]: 1 } };
    }
    return { type: this.#type(depth, namespace) };
  }

  #type(depth: number, namespace: string): unknown {
    switch (
      this.#one(depth > 0 ? ['plain', 'logical', 'array', 'map', 'union', 'named'] : ['plain', 'logical'])
    ) {
      case 'array':
        return { type: 'array', items: this.#type(depth - 1, namespace) };
      case 'map':
        return { type: 'map', values: this.#type(depth - 1, namespace) };
      case 'union':
        return this.draw(fc.shuffledSubarray<string>, PRIMITIVES, { minLength: 1 });
      case 'named':
        return this.#named(depth, namespace);
      case 'logical':
        return this.#one(LOGICAL);
      default:
        return this.#one(PRIMITIVES);
    }
  }

  #named(depth: number, around: string): unknown {
    const namespace = this.#one(NAMESPACES);
    const name = this.#one(['Money', 'Line', 'State']);
    const full = fullName(name, namespace ?? around);
    // From inside a namespace, a dot in front says that the name has none.
    if (this.#names.has(full)) return full.includes('.') ? full : `.${full}`;
    this.#names.add(full);
    const about = { name, namespace, ...this.#about() };
    switch (this.#one(depth > 0 ? ['record', 'enum', 'fixed'] : ['enum', 'fixed'])) {
      case 'record':
        return { type: 'record', ...about, fields: this.#fields(depth - 1, namespace ?? around) };
      case 'enum':
        return {
          type: 'enum',
          ...about,
          symbols: ['A', '_b', 'C_'],
          ...(this.#dice(2) ? { default: 'A' } : {}),
        };
      default:
        return { type: 'fixed', ...about, size: 12, ...(this.#dice(2) ? { logicalType: 'duration' } : {}) };
    }
  }

  #about(): object {
    const aliases = this.#dice(3)
      ? { aliases: this.#one([['Old'], ['other.Old'], ['Older', 'shop.Oldest']]) }
      : {};
    return { ...this.#doc(), ...aliases };
  }

  #doc(): object {
    return this.#dice(2) ? { doc: this.draw(() => arbitraryText) } : {};
  }

  #dice(sides: number): boolean {
    return this.draw(fc.integer, { min: 1, max: sides }) === 1;
  }

  #one<T>(values: readonly T[]): T {
    return values[this.draw(fc.integer, { min: 0, max: values.length - 1 })]!;
  }
}

function fullName(name: string, namespace: string): string {
  return namespace === '' ? name : `${namespace}.${name}`;
}
