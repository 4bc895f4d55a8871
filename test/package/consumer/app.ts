import assert from 'node:assert/strict';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  Aggregate,
  AggregateRepository,
  AggregateRoot,
  Apply,
  Command,
  CommandBus,
  CommandHandler,
  DomainEvent,
  EventsHandler,
  EventStore,
  getAggregateRepositoryToken,
  InjectAggregateRepository,
  type ICommandHandler,
  type IEventHandler,
} from 'nestevents';
import { EventSourcingTestingModule, given } from 'nestevents/testing';

// An application as a user of the package writes it, without a database.

class Opened extends DomainEvent {
  constructor(readonly owner: string) {
    super();
  }
}

@Aggregate()
class Account extends AggregateRoot {
  owner = '';

  open(owner: string): void {
    this.apply(new Opened(owner));
  }

  @Apply(Opened)
  protected onOpened(event: Opened): void {
    this.owner = event.owner;
  }
}

class OpenAccount extends Command<string> {
  constructor(
    readonly id: string,
    readonly owner: string,
  ) {
    super();
  }
}

@CommandHandler(OpenAccount)
class OpenAccountHandler implements ICommandHandler<OpenAccount> {
  constructor(
    @InjectAggregateRepository(Account) private readonly accounts: AggregateRepository<Account>,
    private readonly store: EventStore,
  ) {}

  async execute({ id, owner }: OpenAccount): Promise<string> {
    const account = new Account(id);
    account.open(owner);
    const events = await this.accounts.save(account);
    await this.store.whenHandled(events);
    return events.map(({ eventType, aggregateVersion }) => `${eventType} ${aggregateVersion}`).join();
  }
}

const handled: string[] = [];

@EventsHandler(Opened)
class Greeter implements IEventHandler<Opened> {
  handle(event: Opened): void {
    handled.push(`${event.owner} at ${event.position}`);
  }
}

@Module({
  imports: [EventSourcingTestingModule.forRoot(), EventSourcingTestingModule.forFeature([Account])],
  providers: [OpenAccountHandler, Greeter],
})
class AppModule {}

given(Account)
  .when((account) => account.open('Ada'))
  .expectEvents(new Opened('Ada'));

const app = await NestFactory.createApplicationContext(AppModule, { logger: ['error', 'warn'] });
const answer: string = await app.get(CommandBus).execute(new OpenAccount('a-1', 'Ada'));
assert.equal(answer, 'account_opened 1');
assert.deepEqual(handled, ['Ada at 1']);

const accounts = app.get<AggregateRepository<Account>>(getAggregateRepositoryToken(Account));
const account: Account = await accounts.load('a-1');
assert.equal(account.owner, 'Ada');
await assert.rejects(accounts.load('a-2'), { code: 'AGGREGATE_NOT_FOUND' });
await app.close();

console.log('an application saves, handles and loads');
