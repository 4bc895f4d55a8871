import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Module, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import {
  Aggregate,
  AggregateRepository,
  AggregateRoot,
  Apply,
  DomainEvent,
  EventSourcingModule,
  getAggregateRepositoryToken,
} from 'nestevents';
import { v7 as uuidv7 } from 'uuid';
import type { TestDatabase } from '../postgres/test-database.js';

const AVRO = path.resolve(import.meta.dirname, '../../avro');

/** What `account_opened` said in its versions 1 and 2. */
interface Opened {
  readonly owner: string;
  readonly currency?: string;
}

class AccountOpened extends DomainEvent.of<Opened>() {}

class MoneyDeposited extends DomainEvent.of<{ amount: string }>() {}

@Aggregate({ name: 'account' })
class Account extends AggregateRoot {
  opened: Opened | null = null;

  open(opened: Opened, deposit: string): this {
    this.apply(new AccountOpened(opened));
    this.apply(new MoneyDeposited({ amount: deposit }));
    return this;
  }

  @Apply(AccountOpened)
  protected onOpened(event: AccountOpened): void {
    this.opened = event;
  }

  @Apply(MoneyDeposited)
  protected onDeposited(): void {
    // Only what opened the account is looked at.
  }
}

/** The sample's accounts as they were when `account_opened` had fewer versions, on a database of today. */
export class EarlierDeployment {
  private constructor(
    private readonly app: INestApplicationContext,
    private readonly directory: string,
  ) {}

  /** @param newest the version of `account_opened` that was the newest then */
  static async start(database: TestDatabase, newest: number): Promise<EarlierDeployment> {
    const directory = await mkdtemp(path.join(tmpdir(), 'nestevents-earlier-'));
    await cp(path.join(AVRO, 'account'), path.join(directory, 'account'), {
      recursive: true,
      filter: (file) => Number(/v(\d+)_account_opened/.exec(file)?.[1] ?? 0) <= newest,
    });
    @Module({
      imports: [
        TypeOrmModule.forRoot({ type: 'postgres', url: database.url, autoLoadEntities: true }),
        EventSourcingModule.forRoot({ schemas: { directory } }),
        EventSourcingModule.forFeature([Account]),
      ],
    })
    class EarlierModule {}
    const options = { logger: false, abortOnError: false } as const;
    return new EarlierDeployment(
      await NestFactory.createApplicationContext(EarlierModule, options),
      directory,
    );
  }

  /** Opens an account and pays something in. @returns its id */
  async open(opened: Opened, deposit: string): Promise<string> {
    const account = new Account(uuidv7()).open(opened, deposit);
    await this.#accounts.save(account);
    return account.id;
  }

  /** What it reads of the event that opened an account. */
  async opened(id: string): Promise<Opened | null> {
    return (await this.#accounts.load(id)).opened;
  }

  async stop(): Promise<void> {
    await this.app.close();
    await rm(this.directory, { recursive: true });
  }

  get #accounts(): AggregateRepository<Account> {
    return this.app.get(getAggregateRepositoryToken(Account));
  }
}
