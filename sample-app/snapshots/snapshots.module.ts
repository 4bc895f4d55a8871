import { Module } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { SnapshotSchedule } from './snapshot-schedule.js';

@Module({
  imports: [ScheduleModule.forRoot()],
  providers: [SnapshotSchedule],
})
export class SnapshotsModule {}
