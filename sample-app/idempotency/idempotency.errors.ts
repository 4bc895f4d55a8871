import { ConflictException, UnprocessableEntityException } from '@nestjs/common';

/** A key came with a request other than the one it was first sent with. */
export class IdempotencyKeyReusedException extends UnprocessableEntityException {
  constructor(key: string) {
    super({
      statusCode: 422,
      error: 'Unprocessable Entity',
      code: 'IDEMPOTENCY_KEY_REUSED',
      message: `The Idempotency-Key ${JSON.stringify(key)} was used for another request. Send a new key with it.`,
    });
  }
}

/** The same request was carried out while this one was on its way; nobody sees this, but its answer. */
export class AlreadyAnsweredException extends ConflictException {
  constructor(key: string) {
    super(`The request with the Idempotency-Key ${JSON.stringify(key)} was answered already. Send it again.`);
  }
}
