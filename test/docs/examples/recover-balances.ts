import { NestFactory } from '@nestjs/core';
import { AggregateRepository, getAggregateRepositoryToken, ProjectionManager } from 'nestevents';
import { DataSource } from 'typeorm';
import { Account } from './account.js';
import { Balance } from './balances.js';
import { BankModule } from './bank.module.js';

const app = await NestFactory.createApplicationContext(BankModule, { logger: ['warn', 'error'] });
const accounts = app.get<AggregateRepository<Account>>(getAggregateRepositoryToken(Account));
const projections = app.get(ProjectionManager);
const dataSource = app.get(DataSource);

async function printBalances(title: string): Promise<void> {
  const rows = await dataSource.getRepository(Balance).find({ order: { accountId: 'ASC' } });
  console.log(title, rows.map(({ owner, cents }) => `${owner} ${cents}`).join(', ') || 'nothing');
}

for (const [id, owner] of Object.entries({ 'account-1': 'Ada', 'account-2': 'Bob' })) {
  const account = Account.open(id, owner);
  account.deposit(12_345);
  account.withdraw(2_340);
  const events = await accounts.save(account);
  await projections.waitFor('bonus', events.at(-1)!.position);
}
const [, , , bonus] = await accounts.history('account-2');
await projections.waitFor('balances', bonus!.position);
await printBalances('before:');

// Somebody makes a mistake. A migration, or here TypeORM, makes the table again; a rebuild fills it.
await dataSource.query('drop table balance');
await dataSource.synchronize();
await printBalances('lost:');
await projections.rebuild('balances');
await printBalances('after:');
await app.close();
