import {
  AggregateRepository,
  Command,
  CommandBus,
  CommandHandler,
  EventsHandler,
  InjectAggregateRepository,
  Subscription,
  type Delivery,
  type ICommandHandler,
} from 'nestevents';
import { Account, AccountOpened } from './account.js';

export class PayBonus extends Command<void> {
  constructor(
    readonly accountId: string,
    readonly commandId: string,
  ) {
    super();
  }
}

@CommandHandler(PayBonus)
export class PayBonusHandler implements ICommandHandler<PayBonus> {
  constructor(@InjectAggregateRepository(Account) private readonly accounts: AggregateRepository<Account>) {}

  async execute({ accountId, commandId }: PayBonus): Promise<void> {
    const account = await this.accounts.load(accountId);
    account.payBonus();
    await this.accounts.save(account, { metadata: { commandId } });
  }
}

@Subscription('bonus', { from: 'beginning', concurrency: 8 })
@EventsHandler(AccountOpened)
export class BonusForNewAccounts {
  constructor(private readonly commands: CommandBus) {}

  async handle(event: AccountOpened, { idempotencyKey }: Delivery): Promise<void> {
    await this.commands.execute(new PayBonus(event.aggregateId, idempotencyKey));
  }
}
