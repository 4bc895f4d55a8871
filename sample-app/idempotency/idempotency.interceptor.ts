import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { catchError, from, of, type Observable } from 'rxjs';
import type { Written } from '../http/written.js';
import { AnsweredRequests } from './answered-requests.js';
import { readIdempotentRequest, type HttpRequest, type IdempotentRequest } from './idempotent-request.js';

/**
 * Answers a repeated request as before. The status is the route's own and so the same: failures are not remembered.
 *
 * It looks twice, because the first one may be carried out while the second is on its way; what the second then
 * fails with (a withdrawal that the first left no money for) is not its answer.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(private readonly answered: AnsweredRequests) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = readIdempotentRequest(context.switchToHttp().getRequest<HttpRequest>());
    if (!request) return next.handle();
    const answer = await this.answered.find(request);
    if (answer) return of(answer);
    return next.handle().pipe(catchError((error: unknown) => from(this.#answerOr(request, error))));
  }

  async #answerOr(request: IdempotentRequest, error: unknown): Promise<Written<object>> {
    const answer = await this.answered.find(request);
    if (answer) return answer;
    throw error;
  }
}
