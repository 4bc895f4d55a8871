import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { map, type Observable } from 'rxjs';
import { EVENT_POSITION, Written } from './written.js';

/** Answers the body of what was {@link Written}, with its position as a header. */
@Injectable()
export class EventPositionInterceptor implements NestInterceptor {
  constructor(private readonly host: HttpAdapterHost) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(
      map((answer: unknown) => {
        if (!(answer instanceof Written)) return answer;
        const { body, position } = answer as Written<object>;
        const response: unknown = context.switchToHttp().getResponse();
        if (position !== null) this.host.httpAdapter.setHeader(response, EVENT_POSITION, `${position}`);
        return body;
      }),
    );
  }
}
