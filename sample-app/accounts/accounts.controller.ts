import { BadRequestException, Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  AggregateNotFoundError,
  AggregateRepository,
  CommandBus,
  InjectAggregateRepository,
} from 'nestevents';
import { v7 as uuidv7 } from 'uuid';
import { ApiProblem } from '../http/api-problem.decorator.js';
import { EventDto } from '../http/event.dto.js';
import { ParseIdPipe } from '../http/parse-id.pipe.js';
import { EVENT_POSITION_HEADER, Written } from '../http/written.js';
import { Idempotent, Repeatable } from '../idempotency/idempotent.decorator.js';
import type { IdempotentRequest } from '../idempotency/idempotent-request.js';
import { Account } from './account.aggregate.js';
import { AccountDto } from './account.dto.js';
import { AmountDto, OpenAccountDto } from './account-inputs.dto.js';
import { DepositMoney } from './commands/deposit-money.handler.js';
import { OpenAccount } from './commands/open-account.handler.js';
import { WithdrawMoney } from './commands/withdraw-money.handler.js';
import { MomentDto } from './moment.dto.js';

@ApiTags('accounts')
@Controller('accounts')
export class AccountsController {
  constructor(
    private readonly commands: CommandBus,
    @InjectAggregateRepository(Account) private readonly accounts: AggregateRepository<Account>,
  ) {}

  @Post()
  @ApiOperation({ summary: 'Opens an account' })
  @Idempotent()
  @ApiCreatedResponse({ type: AccountDto, headers: EVENT_POSITION_HEADER })
  @ApiProblem(400, 'The owner is missing, blank, too long or no well-formed text, or the currency is unknown')
  async open(
    @Body() { owner, currency }: OpenAccountDto,
    @Repeatable() request?: IdempotentRequest,
  ): Promise<Written<AccountDto>> {
    return this.commands.execute(new OpenAccount(uuidv7(), owner, currency, request));
  }

  @Post(':id/deposits')
  @ApiOperation({ summary: 'Pays money in' })
  @Idempotent()
  @ApiCreatedResponse({ type: AccountDto, headers: EVENT_POSITION_HEADER })
  @ApiProblem(400, 'The id is no UUID, or the amount is no decimal text above zero')
  @ApiProblem(404, 'There is no such account')
  @ApiProblem(409, 'Others were faster several times in a row; try again')
  async deposit(
    @Param('id', ParseIdPipe) id: string,
    @Body() { amount }: AmountDto,
    @Repeatable() request?: IdempotentRequest,
  ): Promise<Written<AccountDto>> {
    return this.commands.execute(new DepositMoney(id, amount, request));
  }

  @Post(':id/withdrawals')
  @ApiOperation({ summary: 'Takes money out, if there is enough' })
  @ApiProblem(422, 'The account has too little money, or the Idempotency-Key was used for another request')
  @Idempotent()
  @ApiCreatedResponse({ type: AccountDto, headers: EVENT_POSITION_HEADER })
  @ApiProblem(400, 'The id is no UUID, or the amount is no decimal text above zero')
  @ApiProblem(404, 'There is no such account')
  @ApiProblem(409, 'Others were faster several times in a row; try again')
  async withdraw(
    @Param('id', ParseIdPipe) id: string,
    @Body() { amount }: AmountDto,
    @Repeatable() request?: IdempotentRequest,
  ): Promise<Written<AccountDto>> {
    return this.commands.execute(new WithdrawMoney(id, amount, request));
  }

  @Get(':id')
  @ApiOperation({ summary: 'Shows an account as it is, or as it was' })
  @ApiOkResponse({ type: AccountDto })
  @ApiProblem(400, 'The id is no UUID, the moment cannot be read, or there are two')
  @ApiProblem(404, 'There is no such account, or there was none at that moment')
  async show(
    @Param('id', ParseIdPipe) id: string,
    @Query() { version, asOf }: MomentDto,
  ): Promise<AccountDto> {
    if (version !== undefined && asOf !== undefined) {
      throw new BadRequestException('Either version or asOf can be given, not both');
    }
    const moment = { version, asOf: asOf === undefined ? undefined : new Date(asOf) };
    return AccountDto.of(await this.accounts.load(id, moment));
  }

  @Get(':id/events')
  @ApiOperation({ summary: 'Lists all that happened to an account, oldest first' })
  @ApiOkResponse({ type: [EventDto] })
  @ApiProblem(400, 'The id is no UUID')
  @ApiProblem(404, 'There is no such account')
  async events(@Param('id', ParseIdPipe) id: string): Promise<EventDto[]> {
    const history = await this.accounts.history(id);
    if (history.length === 0) throw new AggregateNotFoundError('account', id);
    return history.map((event) => EventDto.of(event));
  }
}
