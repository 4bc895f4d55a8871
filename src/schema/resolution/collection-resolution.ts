import { isPlainObject } from '../plain-object.js';
import type { ArrayNode, MapNode } from '../schema-tree.js';
import { setOwn } from '../own-property.js';
import { deeper } from './value-depth.js';
import { read, TypeResolution } from './type-resolution.js';
import type { Between, Finding } from './type-resolution.js';
import { UnreadableValue } from './unreadable-value.js';

/** How values of one type in a list or under keys are read. */
abstract class CollectionResolution extends TypeResolution {
  protected part!: TypeResolution;

  override judgeFit(): boolean {
    return this.part.fits;
  }

  override judgeSame(): boolean {
    return this.part.same;
  }
}

/** How arrays are read: item by item. */
export class ArrayResolution extends CollectionResolution {
  constructor(
    private readonly writer: ArrayNode,
    private readonly reader: ArrayNode,
  ) {
    super();
  }

  override link(between: Between): void {
    this.part = between(this.writer.items, this.reader.items);
  }

  override findings(path: string): Finding[] {
    return [{ path: `${path}[]`, part: this.part }];
  }

  override convert(value: unknown, depth: number): unknown {
    if (!Array.isArray(value)) throw UnreadableValue.unexpected(value, this.writer);
    const inner = deeper(depth);
    const list: unknown[] = [];
    try {
      for (const item of value) list.push(read(this.part, item, inner));
    } catch (error) {
      throw UnreadableValue.within(list.length, error);
    }
    return list;
  }
}

/** How maps are read: value by value. */
export class MapResolution extends CollectionResolution {
  constructor(
    private readonly writer: MapNode,
    private readonly reader: MapNode,
  ) {
    super();
  }

  override link(between: Between): void {
    this.part = between(this.writer.values, this.reader.values);
  }

  override findings(path: string): Finding[] {
    return [{ path: `${path}{}`, part: this.part }];
  }

  override convert(value: unknown, depth: number): unknown {
    if (!isPlainObject(value)) throw UnreadableValue.unexpected(value, this.writer);
    const inner = deeper(depth);
    const map: Record<string, unknown> = {};
    for (const key of Object.keys(value)) {
      try {
        setOwn(map, key, read(this.part, value[key], inner));
      } catch (error) {
        throw UnreadableValue.within(key, error);
      }
    }
    return map;
  }
}
