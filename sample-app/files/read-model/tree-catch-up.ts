import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { ProjectionManager } from 'nestevents';
import { setTimeout as sleep } from 'node:timers/promises';
import { FILE_TREE } from './file-tree.projection.js';

/** How often it is looked how far the read model is, in milliseconds. */
const LOOK_INTERVAL = 100;
/** How long it may come no further before nobody waits for it, in milliseconds. */
const PATIENCE = 15_000;

/** How a wait for the current tree has ended. */
export interface CaughtUp {
  /** Events that it has handled, ever since it began or was rebuilt. */
  readonly handled: number;
  /** Events that it has still to handle; above 0 where it was not waited for any longer. */
  readonly left: number;
}

/** Waits for the current tree to show all that is imported. */
@Injectable()
export class TreeCatchUp implements OnModuleDestroy {
  #waiting: Promise<unknown> = Promise.resolve();
  #stopping = false;

  constructor(private readonly projections: ProjectionManager) {}

  /** How many events it has handled so far. */
  async handled(): Promise<number> {
    return (await this.projections.status(FILE_TREE)).handled;
  }

  /** Resolves when nothing is left, or when nothing moves; null when the application is shut down. */
  async wait(): Promise<CaughtUp | null> {
    const waiting = this.#wait();
    this.#waiting = waiting.catch(() => undefined);
    return waiting;
  }

  async onModuleDestroy(): Promise<void> {
    this.#stopping = true;
    await this.#waiting;
  }

  async #wait(): Promise<CaughtUp | null> {
    let position = -1n;
    let movedAt = Date.now();
    while (!this.#stopping) {
      const status = await this.projections.status(FILE_TREE);
      const { handled, lag, state } = status;
      if (status.position > position) movedAt = Date.now();
      position = status.position;
      const isHopeless = state === 'paused' || Date.now() - movedAt > PATIENCE;
      if (lag.events === 0 || isHopeless) return { handled, left: lag.events };
      await sleep(LOOK_INTERVAL);
    }
    return null;
  }
}
