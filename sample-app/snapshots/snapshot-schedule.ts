import { Injectable, Logger } from '@nestjs/common';
import { Cron, CronExpression } from '@nestjs/schedule';
import { SnapshotService } from 'nestevents';

/** Takes the snapshots that saves have not made due, such as those of what was imported, and deletes old ones. */
@Injectable()
export class SnapshotSchedule {
  readonly #logger = new Logger('Snapshots');

  constructor(private readonly snapshots: SnapshotService) {}

  /** Every instance does it; what one has taken is not due for the others. */
  @Cron(CronExpression.EVERY_DAY_AT_3AM, { waitForCompletion: true })
  async takeAll(): Promise<void> {
    const { examined, taken, failed } = await this.snapshots.takeAll();
    const deleted = await this.snapshots.deleteAll(undefined, { keep: 10 });
    this.#logger.log(
      `${taken} of ${examined} snapshots taken, ${failed} failed, ${deleted} old ones deleted`,
    );
  }
}
