import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import {
  HandlerDefinitionError,
  ProjectionTimeoutError,
  RebuildRefusedError,
  UnknownHandlerError,
} from 'nestevents';

type ProjectionProblem =
  HandlerDefinitionError | ProjectionTimeoutError | RebuildRefusedError | UnknownHandlerError;

/** Seconds after which a client may ask again for what was not there in time. */
const RETRY_AFTER = '1';

/** Answers what goes wrong with projections: 404 for an unknown one, 409 for what cannot be rebuilt, 503 for a late one. */
@Catch(HandlerDefinitionError, ProjectionTimeoutError, RebuildRefusedError, UnknownHandlerError)
export class ProjectionProblemFilter implements ExceptionFilter<ProjectionProblem> {
  constructor(private readonly host: HttpAdapterHost) {}

  catch(problem: ProjectionProblem, context: ArgumentsHost): void {
    const { httpAdapter } = this.host;
    const response: unknown = context.switchToHttp().getResponse();
    const { code, message } = problem;
    const [statusCode, error] = statusOf(problem);
    if (statusCode === 503) httpAdapter.setHeader(response, 'Retry-After', RETRY_AFTER);
    httpAdapter.reply(response, { statusCode, error, code, message }, statusCode);
  }
}

function statusOf(problem: ProjectionProblem): [status: number, error: string] {
  if (problem instanceof UnknownHandlerError) return [404, 'Not Found'];
  if (problem instanceof ProjectionTimeoutError) return [503, 'Service Unavailable'];
  return [409, 'Conflict'];
}
