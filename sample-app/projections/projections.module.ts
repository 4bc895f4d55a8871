import { Module } from '@nestjs/common';
import { ParkedEventsController } from './parked-events.controller.js';
import { ProjectionsController } from './projections.controller.js';
import { ReadModels } from './read-models.js';
import { RebuildStarter } from './rebuild-starter.js';

@Module({
  controllers: [ProjectionsController, ParkedEventsController],
  providers: [ReadModels, RebuildStarter],
  exports: [ReadModels],
})
export class ProjectionsModule {}
