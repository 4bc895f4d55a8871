import { Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { SentNotice } from './sent-notice.entity.js';

/** Sends notices to whoever has to know. It stands for a service of mail or messages, and writes them to the log. */
@Injectable()
export class Notifier {
  readonly #logger = new Logger('Notices');

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /**
   * Sends a notice, unless one with its key was sent before, as services with idempotency keys do.
   *
   * It is logged before its key is committed: a crash in between has it logged twice rather than never.
   */
  async send(key: string, text: string): Promise<void> {
    await this.dataSource.transaction(async (transaction) => {
      const insert = transaction.createQueryBuilder().insert().into(SentNotice).values({ key });
      const { raw } = (await insert.orIgnore().returning('key').execute()) as { raw: unknown[] };
      // A warning, which the sample also shows when it runs as a program.
      if (raw.length > 0) this.#logger.warn(text);
    });
  }
}
