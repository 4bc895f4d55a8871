import type { BeforeApplicationShutdown, OnModuleInit } from '@nestjs/common';
import type { Snapshots, SnapshotService } from '../../snapshots/index.js';

/** Makes sure at start that snapshots can be kept, and lets those be finished that are being taken. */
export class SnapshotsLifecycle implements OnModuleInit, BeforeApplicationShutdown {
  constructor(
    private readonly snapshots: Snapshots,
    private readonly service: SnapshotService,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.snapshots.prepare();
  }

  /** The data source is closed next. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.service.close();
  }
}
