import {
  ConflictException,
  Controller,
  Delete,
  Get,
  HttpCode,
  Param,
  Post,
  UseFilters,
} from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { ProjectionManager } from 'nestevents';
import { ApiProblem } from '../http/api-problem.decorator.js';
import { ProjectionProblemFilter } from './projection-problem.filter.js';
import { ProjectionDto } from './projections.dto.js';

const UNKNOWN = 'There is no projection or subscription of this name';

/** For whoever runs the sample. In an application of yours, let nobody else in. */
@ApiTags('projections')
@Controller('projections')
@UseFilters(ProjectionProblemFilter)
export class ProjectionsController {
  constructor(private readonly projections: ProjectionManager) {}

  @Get()
  @ApiOperation({ summary: 'Shows how all projections and subscriptions are doing' })
  @ApiOkResponse({ type: [ProjectionDto] })
  async all(): Promise<ProjectionDto[]> {
    return (await this.projections.status()).map((status) => ProjectionDto.of(status));
  }

  @Get(':name')
  @ApiOperation({ summary: 'Shows how one is doing, and how far its rebuild is' })
  @ApiOkResponse({ type: ProjectionDto })
  @ApiProblem(404, UNKNOWN)
  async one(@Param('name') name: string): Promise<ProjectionDto> {
    return ProjectionDto.of(await this.projections.status(name));
  }

  @Post(':name/pause')
  @HttpCode(200)
  @ApiOperation({ summary: 'Stops it, also over restarts, until it is resumed' })
  @ApiOkResponse({ type: ProjectionDto })
  @ApiProblem(404, UNKNOWN)
  async pause(@Param('name') name: string): Promise<ProjectionDto> {
    await this.projections.pause(name);
    return this.one(name);
  }

  @Post(':name/resume')
  @HttpCode(200)
  @ApiOperation({ summary: 'Lets it go on where it was' })
  @ApiOkResponse({ type: ProjectionDto })
  @ApiProblem(404, UNKNOWN)
  async resume(@Param('name') name: string): Promise<ProjectionDto> {
    await this.projections.resume(name);
    return this.one(name);
  }

  @Post(':name/rebuild')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Begins to build its read model anew, and does not wait for the end',
    description: 'The old rows are served meanwhile. Its status tells how far it is.',
  })
  @ApiAcceptedResponse({ type: ProjectionDto })
  @ApiProblem(404, UNKNOWN)
  @ApiProblem(
    409,
    'It cannot be rebuilt: it is being rebuilt, is a subscription, or other tables refer to its own',
  )
  async rebuild(@Param('name') name: string): Promise<ProjectionDto> {
    if ((await this.projections.status(name)).rebuild !== null) {
      throw new ConflictException(`${name} is being rebuilt. Wait for its end, or give it up to begin anew`);
    }
    await this.projections.rebuild(name, { wait: false });
    return this.one(name);
  }

  @Delete(':name/rebuild')
  @HttpCode(204)
  @ApiOperation({ summary: 'Gives up its rebuild; the old rows stay' })
  @ApiNoContentResponse()
  @ApiProblem(404, UNKNOWN)
  @ApiProblem(409, 'It is not being rebuilt')
  async cancelRebuild(@Param('name') name: string): Promise<void> {
    if (await this.projections.cancelRebuild(name)) return;
    throw new ConflictException(`${name} is not being rebuilt, so there is nothing to give up`);
  }
}
