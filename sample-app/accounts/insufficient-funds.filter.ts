import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { InsufficientFundsError } from './insufficient-funds.error.js';

/** Answers 422 where an account has too little money: the domain itself knows no HTTP. */
@Catch(InsufficientFundsError)
export class InsufficientFundsFilter implements ExceptionFilter<InsufficientFundsError> {
  constructor(private readonly host: HttpAdapterHost) {}

  catch({ message, account, balance, amount }: InsufficientFundsError, context: ArgumentsHost): void {
    const body = {
      statusCode: 422,
      error: 'Unprocessable Entity',
      code: 'INSUFFICIENT_FUNDS',
      message,
      account,
      balance,
      amount,
    };
    this.host.httpAdapter.reply(context.switchToHttp().getResponse(), body, body.statusCode);
  }
}
