import { Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { readUpcasts, UpcastDefinitionError, type UpcastStep } from '../domain/index.js';

/** Finds the `@Upcast` steps that stand in providers of the application. */
@Injectable()
export class UpcastExplorer {
  constructor(private readonly discovery: DiscoveryService) {}

  /** The steps of all providers, each class once. @throws UpcastDefinitionError */
  explore(): UpcastStep[] {
    const seen = new Set<unknown>();
    return this.discovery.getProviders().flatMap((wrapper) => {
      const instance: unknown = wrapper.instance;
      const owner: unknown = isObject(instance) ? instance.constructor : wrapper.metatype;
      if (typeof owner !== 'function' || seen.has(owner)) return [];
      seen.add(owner);
      const isSingle = wrapper.isDependencyTreeStatic() && !wrapper.isTransient && isObject(instance);
      const steps = readUpcasts(owner, isObject(instance) ? instance : undefined);
      if (steps.length === 0 || isSingle) return steps;
      throw new UpcastDefinitionError(
        steps[0]!.place,
        `has @Upcast, but its class is made anew for each ${wrapper.isTransient ? 'class that injects it' : 'request'}`,
        'Make its provider a singleton: all events are read with one instance, also outside of requests.',
      );
    });
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
