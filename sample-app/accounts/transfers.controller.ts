import { BadRequestException, Body, Controller, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CommandBus } from 'nestevents';
import { v7 as uuidv7 } from 'uuid';
import { ApiProblem } from '../http/api-problem.decorator.js';
import { EVENT_POSITION_HEADER, Written } from '../http/written.js';
import { Idempotent, Repeatable } from '../idempotency/idempotent.decorator.js';
import type { IdempotentRequest } from '../idempotency/idempotent-request.js';
import { TransferDto } from './account.dto.js';
import { TransferMoneyDto } from './account-inputs.dto.js';
import { TransferMoney } from './commands/transfer-money.handler.js';

@ApiTags('accounts')
@Controller('transfers')
export class TransfersController {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @ApiOperation({ summary: 'Moves money from one account to another' })
  @ApiProblem(
    422,
    'The account has too little money or another currency, or the Idempotency-Key was used for another request',
  )
  @Idempotent()
  @ApiCreatedResponse({ type: TransferDto, headers: EVENT_POSITION_HEADER })
  @ApiProblem(400, 'An id is no UUID, both are the same, or the amount is no decimal text above zero')
  @ApiProblem(404, 'One of the accounts does not exist')
  @ApiProblem(409, 'Others were faster several times in a row; try again')
  async transfer(
    @Body() { from, to, amount }: TransferMoneyDto,
    @Repeatable() request?: IdempotentRequest,
  ): Promise<Written<TransferDto>> {
    if (from === to) throw new BadRequestException('from and to are the same account');
    return this.commands.execute(new TransferMoney(uuidv7(), from, to, amount, request));
  }
}
