import { Body, Controller, Get, HttpCode, NotFoundException, Param, Post, UseFilters } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ProjectionManager } from 'nestevents';
import { ApiProblem } from '../http/api-problem.decorator.js';
import { ParseIdPipe } from '../http/parse-id.pipe.js';
import { ProjectionProblemFilter } from './projection-problem.filter.js';
import { ParkedEventDto, RetriedDto, SkipDto, SkippedEventDto } from './projections.dto.js';

const UNKNOWN = 'There is no projection or subscription of this name';
const NOT_PARKED = 'There is no projection or subscription of this name, or the event is not parked for it';

/** What is parked, for whoever runs the sample. */
@ApiTags('projections')
@Controller('projections/:name')
@UseFilters(ProjectionProblemFilter)
export class ParkedEventsController {
  constructor(private readonly projections: ProjectionManager) {}

  @Get('parked')
  @ApiOperation({
    summary: 'Lists the events it could not handle, for each aggregate the one that others wait behind',
  })
  @ApiOkResponse({ type: [ParkedEventDto] })
  @ApiProblem(404, UNKNOWN)
  async parked(@Param('name') name: string): Promise<ParkedEventDto[]> {
    return (await this.projections.parked(name)).map((event) => ParkedEventDto.of(event));
  }

  @Get('skipped')
  @ApiOperation({ summary: 'Lists the events that were given up, and why' })
  @ApiOkResponse({ type: [SkippedEventDto] })
  @ApiProblem(404, UNKNOWN)
  async skipped(@Param('name') name: string): Promise<SkippedEventDto[]> {
    return (await this.projections.skipped(name)).map((event) => SkippedEventDto.of(event));
  }

  @Post('retry')
  @HttpCode(200)
  @ApiOperation({ summary: 'Has all its parked events tried again' })
  @ApiOkResponse({ type: RetriedDto })
  @ApiProblem(404, UNKNOWN)
  async retryAll(@Param('name') name: string): Promise<RetriedDto> {
    return { retried: await this.projections.retry(name) };
  }

  @Post('parked/:eventId/retry')
  @HttpCode(200)
  @ApiOperation({ summary: 'Has a parked event tried again, and then those behind it' })
  @ApiOkResponse({ type: RetriedDto })
  @ApiProblem(400, 'The id of the event is no UUID')
  @ApiProblem(404, NOT_PARKED)
  async retry(
    @Param('name') name: string,
    @Param('eventId', ParseIdPipe) eventId: string,
  ): Promise<RetriedDto> {
    const retried = await this.projections.retry(name, eventId);
    if (retried === 0) throw notParked(name, eventId);
    return { retried };
  }

  @Post('parked/:eventId/skip')
  @HttpCode(204)
  @ApiOperation({ summary: 'Gives up a parked event for good, and lets those behind it go on' })
  @ApiNoContentResponse()
  @ApiProblem(400, 'The id of the event is no UUID, or there is no reason')
  @ApiProblem(404, NOT_PARKED)
  async skip(
    @Param('name') name: string,
    @Param('eventId', ParseIdPipe) eventId: string,
    @Body() { reason }: SkipDto,
  ): Promise<void> {
    const parked = await this.projections.parked(name);
    if (!parked.some((event) => event.eventId === eventId)) throw notParked(name, eventId);
    await this.projections.skip(name, eventId, reason);
  }
}

function notParked(name: string, eventId: string): NotFoundException {
  return new NotFoundException(`The event ${eventId} is not parked for ${name}`);
}
