import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { PaymentRefusedError } from './payment-refused.error.js';

/** Answers 422 where a payment breaks a rule: the domain itself knows no HTTP. */
@Catch(PaymentRefusedError)
export class PaymentRefusedFilter implements ExceptionFilter<PaymentRefusedError> {
  constructor(private readonly host: HttpAdapterHost) {}

  catch({ message, code, facts }: PaymentRefusedError, context: ArgumentsHost): void {
    const body = { statusCode: 422, error: 'Unprocessable Entity', code, message, ...facts };
    this.host.httpAdapter.reply(context.switchToHttp().getResponse(), body, body.statusCode);
  }
}
