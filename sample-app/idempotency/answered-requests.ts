import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { AppendAllOptions } from 'nestevents';
import type { DataSource, EntityManager } from 'typeorm';
import { Written } from '../http/written.js';
import { IdempotencyKey } from './idempotency-key.entity.js';
import { AlreadyAnsweredException, IdempotencyKeyReusedException } from './idempotency.errors.js';
import type { IdempotentRequest } from './idempotent-request.js';

/** Remembers the answers of requests that carry an `Idempotency-Key`, for as long as the events they caused. */
@Injectable()
export class AnsweredRequests {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** The answer the request got before, if any. @throws IdempotencyKeyReusedException */
  async find({ key, fingerprint }: IdempotentRequest): Promise<Written<object> | null> {
    const found = await this.dataSource.getRepository(IdempotencyKey).findOneBy({ key });
    if (found && found.fingerprint !== fingerprint) throw new IdempotencyKeyReusedException(key);
    if (!found?.answer) return null;
    return new Written(found.answer, found.position === null ? null : BigInt(found.position));
  }

  /**
   * Stores what a request decided together with its answer: both, or neither.
   *
   * Load and decide before and only save in here, or load with the transaction too: a load in here that is not given it
   * would take a second connection, of which a busy pool has none.
   *
   * @param save is given what the save needs: the transaction, and metadata with the key as `commandId`.
   * @throws AlreadyAnsweredException when the same key was first; a request with it that is still running is waited for.
   */
  async store<Answer extends object>(
    request: IdempotentRequest | undefined,
    save: (options: AppendAllOptions) => Promise<Written<Answer>>,
  ): Promise<Written<Answer>> {
    if (!request) return save({});
    return this.dataSource.transaction(async (transaction) => {
      if (!(await claim(transaction, request))) throw new AlreadyAnsweredException(request.key);
      const written = await save({ transaction, metadata: { commandId: request.key } });
      const { body: answer, position } = written;
      await transaction.update(
        IdempotencyKey,
        { key: request.key },
        { answer, position: position?.toString() ?? null },
      );
      return written;
    });
  }
}

/** Inserts the key, or waits for the transaction that has inserted it; `false` when that one was committed. */
async function claim(transaction: EntityManager, { key, fingerprint }: IdempotentRequest): Promise<boolean> {
  const insert = transaction.createQueryBuilder().insert().into(IdempotencyKey).values({ key, fingerprint });
  const { raw } = (await insert.orIgnore().returning('key').execute()) as { raw: unknown[] };
  return raw.length > 0;
}
