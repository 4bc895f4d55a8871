import { Controller, Get, Param, Query, UseFilters } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { InjectRepository } from '@nestjs/typeorm';
import { AggregateNotFoundError } from 'nestevents';
import { MoreThan, type Repository } from 'typeorm';
import { ApiProblem } from '../../http/api-problem.decorator.js';
import { ParseIdPipe } from '../../http/parse-id.pipe.js';
import { ProjectionProblemFilter } from '../../projections/projection-problem.filter.js';
import { ReadModels } from '../../projections/read-models.js';
import { AccountDto } from '../account.dto.js';
import { ACCOUNT_LIST } from './account-list.projection.js';
import {
  AccountListQueryDto,
  StatementDto,
  StatementLineDto,
  StatementQueryDto,
} from './account-queries.dto.js';
import { AccountRow } from './account-row.entity.js';
import { ACCOUNT_STATEMENT } from './statement.projection.js';
import { StatementLine } from './statement-line.entity.js';

@ApiTags('accounts')
@Controller('accounts')
@UseFilters(ProjectionProblemFilter)
export class AccountQueriesController {
  constructor(
    @InjectRepository(AccountRow) private readonly accounts: Repository<AccountRow>,
    @InjectRepository(StatementLine) private readonly lines: Repository<StatementLine>,
    private readonly readModels: ReadModels,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Lists the accounts, the oldest first' })
  @ApiOkResponse({ type: [AccountDto] })
  @ApiProblem(400, 'A part of the query is not what it has to be')
  @ApiProblem(503, 'The list has not come to the position `after` in time; see Retry-After')
  async list(@Query() { after, beyond, limit }: AccountListQueryDto): Promise<AccountDto[]> {
    await this.readModels.reach(ACCOUNT_LIST, after);
    const rows = await this.accounts.find({
      // Ids are UUIDs of version 7, which go by time.
      where: beyond === undefined ? {} : { id: MoreThan(beyond) },
      order: { id: 'ASC' },
      take: limit,
    });
    return rows.map((row) => AccountDto.ofRow(row));
  }

  @Get(':id/statement')
  @ApiOperation({ summary: 'Lists the movements of an account with its balance after each' })
  @ApiOkResponse({ type: StatementDto })
  @ApiProblem(400, 'The id is no UUID, or a part of the query is not what it has to be')
  @ApiProblem(404, 'There is no such account, or its statement is not begun yet: name the position `after`')
  @ApiProblem(503, 'The statement has not come to the position `after` in time; see Retry-After')
  async statement(
    @Param('id', ParseIdPipe) account: string,
    @Query() { after, beyond, limit }: StatementQueryDto,
  ): Promise<StatementDto> {
    await this.readModels.reach(ACCOUNT_STATEMENT, after);
    const lines = await this.lines.find({
      where: { account, version: MoreThan(beyond) },
      order: { version: 'ASC' },
      take: limit,
    });
    if (lines.length === 0 && !(await this.lines.existsBy({ account }))) {
      throw new AggregateNotFoundError('account', account);
    }
    return { account, lines: lines.map((line) => StatementLineDto.of(line)) };
  }
}
