import { Module } from '@nestjs/common';
import { ParkedEventsController } from './parked-events.controller.js';
import { ProjectionsController } from './projections.controller.js';
import { ReadModels } from './read-models.js';

@Module({
  controllers: [ProjectionsController, ParkedEventsController],
  providers: [ReadModels],
  exports: [ReadModels],
})
export class ProjectionsModule {}
