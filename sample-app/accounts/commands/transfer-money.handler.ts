import { Big } from 'big.js';
import {
  AggregateRepository,
  CommandHandler,
  EventStore,
  InjectAggregateRepository,
  type ICommandHandler,
  type StreamEvents,
} from 'nestevents';
import { Written } from '../../http/written.js';
import { AnsweredRequests } from '../../idempotency/answered-requests.js';
import { IdempotentCommand } from '../../idempotency/idempotent-command.js';
import type { IdempotentRequest } from '../../idempotency/idempotent-request.js';
import { Account } from '../account.aggregate.js';
import type { TransferDto } from '../account.dto.js';
import { formatMoney } from '../money.js';
import { retryOnConflict } from '../retry-on-conflict.js';

export class TransferMoney extends IdempotentCommand<TransferDto> {
  constructor(
    readonly id: string,
    readonly from: string,
    readonly to: string,
    readonly amount: string,
    readonly request?: IdempotentRequest,
  ) {
    super();
  }
}

/** Moves money between two accounts: both change, or neither. */
@CommandHandler(TransferMoney)
export class TransferMoneyHandler implements ICommandHandler<TransferMoney> {
  constructor(
    @InjectAggregateRepository(Account) private readonly accounts: AggregateRepository<Account>,
    private readonly store: EventStore,
    private readonly answered: AnsweredRequests,
  ) {}

  async execute({ id, from, to, amount, request }: TransferMoney): Promise<Written<TransferDto>> {
    const money = new Big(amount);
    return retryOnConflict(async () => {
      const sender = await this.accounts.load(from);
      const receiver = await this.accounts.load(to);
      sender.send(id, receiver, money);
      receiver.receive(id, sender, money);
      return this.answered.store(request, async (options) => {
        // One append for both; it writes streams in the order of their ids, so opposite transfers do not deadlock.
        const events = await this.store.appendAll([queuedOf(sender), queuedOf(receiver)], options);
        return Written.by(events, { id, from, to, amount: formatMoney(money) });
      });
    });
  }
}

function queuedOf(account: Account): StreamEvents {
  return {
    stream: { aggregate: Account, id: account.id },
    events: account.getUncommittedEvents(),
    expectedVersion: account.version,
  };
}
