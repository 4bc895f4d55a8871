import { Big } from 'big.js';
import {
  AggregateRepository,
  CommandHandler,
  InjectAggregateRepository,
  type ICommandHandler,
} from 'nestevents';
import { Written } from '../../http/written.js';
import { AnsweredRequests } from '../../idempotency/answered-requests.js';
import { IdempotentCommand } from '../../idempotency/idempotent-command.js';
import type { IdempotentRequest } from '../../idempotency/idempotent-request.js';
import { Account } from '../account.aggregate.js';
import { AccountDto } from '../account.dto.js';
import { retryOnConflict } from '../retry-on-conflict.js';

export class DepositMoney extends IdempotentCommand<AccountDto> {
  constructor(
    readonly account: string,
    readonly amount: string,
    readonly request?: IdempotentRequest,
  ) {
    super();
  }
}

@CommandHandler(DepositMoney)
export class DepositMoneyHandler implements ICommandHandler<DepositMoney> {
  constructor(
    @InjectAggregateRepository(Account) private readonly accounts: AggregateRepository<Account>,
    private readonly answered: AnsweredRequests,
  ) {}

  async execute(command: DepositMoney): Promise<Written<AccountDto>> {
    const change = (account: Account): void => account.deposit(new Big(command.amount));
    return retryOnConflict(async () =>
      this.answered.store(command.request, async (options) => {
        const { aggregate, events } = await this.accounts.update(command.account, change, options);
        return Written.by(events, AccountDto.of(aggregate));
      }),
    );
  }
}
