import { Catch, HttpStatus, Inject, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { EventSourcingError, InvalidArgumentError } from '../domain/index.js';
import { ProjectionTimeoutError, UnknownHandlerError } from '../projections/index.js';
import { AggregateNotFoundError, UpdateQueueFullError } from '../repository/index.js';
import { EventSchemaError } from '../schema/index.js';
import { AppendQueueFullError, ConcurrencyError, EventPayloadError } from '../store/index.js';

/**
 * Answers errors of nestevents over HTTP: 400 for an unusable id, version or date, 404 where an aggregate does not exist,
 * 409 for a conflict, 422 for a payload that breaks its schema or cannot be stored, 503 where a projection is not up to
 * date in time, or too many updates wait; 500 for a fault of the program.
 *
 * Works with any HTTP adapter: `app.useGlobalFilters(app.get(EventSourcingExceptionFilter))`, `APP_FILTER`, or
 * `@UseFilters(EventSourcingExceptionFilter)`. The body is Nest's usual one, with `code` and, for schemas, `problems`.
 */
@Catch(EventSourcingError)
export class EventSourcingExceptionFilter implements ExceptionFilter<EventSourcingError> {
  constructor(@Inject(HttpAdapterHost) private readonly host: HttpAdapterHost) {}

  catch(error: EventSourcingError, context: ArgumentsHost): void {
    // Other transports (RPC, GraphQL, WebSocket) have ways of their own to tell an error.
    if (context.getType() !== 'http') throw error;
    const answer = answerTo(error);
    if (answer.statusCode === HttpStatus.INTERNAL_SERVER_ERROR) new Logger('EventSourcing').error(error);
    this.host.httpAdapter.reply(context.switchToHttp().getResponse(), answer, answer.statusCode);
  }
}

/** Whether the same may well succeed a little later. */
function isPassing(error: EventSourcingError): boolean {
  return (
    error instanceof ProjectionTimeoutError ||
    error instanceof UpdateQueueFullError ||
    error instanceof AppendQueueFullError
  );
}

interface Answer {
  readonly statusCode: number;
  readonly error: string;
  readonly code?: string;
  readonly message: string;
  readonly problems?: unknown;
}

function answerTo(error: EventSourcingError): Answer {
  const { code, message } = error;
  if (error instanceof InvalidArgumentError) {
    return { statusCode: HttpStatus.BAD_REQUEST, error: 'Bad Request', code, message };
  }
  if (isPassing(error)) {
    return { statusCode: HttpStatus.SERVICE_UNAVAILABLE, error: 'Service Unavailable', code, message };
  }
  if (error instanceof AggregateNotFoundError || error instanceof UnknownHandlerError) {
    return { statusCode: HttpStatus.NOT_FOUND, error: 'Not Found', code, message };
  }
  if (error instanceof ConcurrencyError) {
    return { statusCode: HttpStatus.CONFLICT, error: 'Conflict', code, message };
  }
  if ((error instanceof EventSchemaError && error.ofPayload) || error instanceof EventPayloadError) {
    const problems = error instanceof EventSchemaError ? error.problems : undefined;
    return {
      statusCode: HttpStatus.UNPROCESSABLE_ENTITY,
      error: 'Unprocessable Entity',
      code,
      message,
      problems,
    };
  }
  // What else goes wrong is no concern of a client, and may say more than it should know.
  return {
    statusCode: HttpStatus.INTERNAL_SERVER_ERROR,
    error: 'Internal Server Error',
    message: 'Internal server error',
  };
}
