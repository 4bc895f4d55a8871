import {
  AggregateRepository,
  CommandHandler,
  InjectAggregateRepository,
  type ICommandHandler,
} from 'nestevents';
import type { Currency } from '../../event-types.js';
import { Written } from '../../http/written.js';
import { AnsweredRequests } from '../../idempotency/answered-requests.js';
import { IdempotentCommand } from '../../idempotency/idempotent-command.js';
import type { IdempotentRequest } from '../../idempotency/idempotent-request.js';
import { Account } from '../account.aggregate.js';
import { AccountDto } from '../account.dto.js';

export class OpenAccount extends IdempotentCommand<AccountDto> {
  constructor(
    readonly id: string,
    readonly owner: string,
    readonly currency: Currency,
    readonly request?: IdempotentRequest,
  ) {
    super();
  }
}

@CommandHandler(OpenAccount)
export class OpenAccountHandler implements ICommandHandler<OpenAccount> {
  constructor(
    @InjectAggregateRepository(Account) private readonly accounts: AggregateRepository<Account>,
    private readonly answered: AnsweredRequests,
  ) {}

  async execute({ id, owner, currency, request }: OpenAccount): Promise<Written<AccountDto>> {
    const account = Account.open(id, owner, currency);
    return this.answered.store(request, async (options) => {
      const events = await this.accounts.save(account, options);
      return Written.by(events, AccountDto.of(account));
    });
  }
}
