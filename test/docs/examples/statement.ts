import { InjectRepository } from '@nestjs/typeorm';
import { EventsHandler, Projection } from 'nestevents';
import { Column, Entity, PrimaryColumn, Repository } from 'typeorm';
import { MoneyDeposited, MoneyWithdrawn } from './account.js';

@Entity('statement_line')
export class StatementLine {
  @PrimaryColumn('bigint')
  position!: string;

  @Column('text')
  accountId!: string;

  @Column('bigint')
  cents!: string;
}

@Projection('statement', { version: 1, partitions: 4, tables: [StatementLine] })
@EventsHandler(MoneyDeposited, MoneyWithdrawn)
export class Statement {
  constructor(@InjectRepository(StatementLine) private readonly lines: Repository<StatementLine>) {}

  async handleBatch(events: readonly (MoneyDeposited | MoneyWithdrawn)[]): Promise<void> {
    await this.lines.insert(
      events.map((event) => ({
        position: String(event.position),
        accountId: event.aggregateId,
        cents: String(event instanceof MoneyDeposited ? event.cents : -event.cents),
      })),
    );
  }
}
