import {
  applyDecorators,
  createParamDecorator,
  UseInterceptors,
  type ExecutionContext,
} from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import { ApiProblem } from '../http/api-problem.decorator.js';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';
import { readIdempotentRequest, type HttpRequest } from './idempotent-request.js';

/** Makes a route answer a repeated request as before, if it has an `Idempotency-Key`. */
export function Idempotent(): MethodDecorator {
  return applyDecorators(
    UseInterceptors(IdempotencyInterceptor),
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description:
        'Repeating a request that succeeded with the same key changes nothing and is answered as before. ' +
        'Requests that failed are not remembered: repeating one with the same key tries it again.',
      example: '6f1c0f6e-0b53-4a5e-9d0a-5b8e3f2f7c11',
    }),
    ApiProblem(422, 'The Idempotency-Key was used for another request'),
  );
}

/** The request that has to be handed on with the command, where it has an `Idempotency-Key`. */
export const Repeatable = createParamDecorator((_data: unknown, context: ExecutionContext) =>
  readIdempotentRequest(context.switchToHttp().getRequest<HttpRequest>()),
);
