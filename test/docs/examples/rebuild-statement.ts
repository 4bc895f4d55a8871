import { NestFactory } from '@nestjs/core';
import { setTimeout as sleep } from 'node:timers/promises';
import { ProjectionManager } from 'nestevents';
import { BankModule } from './bank.module.js';

const app = await NestFactory.createApplicationContext(BankModule, { logger: ['warn', 'error'] });
const projections = app.get(ProjectionManager);

const rebuilding = projections.rebuild('statement');
while ((await Promise.race([rebuilding, sleep(1_000, 'on', { ref: false })])) === 'on') {
  const { rebuild } = await projections.status('statement');
  if (rebuild) console.log(`${rebuild.done} of ${rebuild.total}, ${rebuild.timeLeft ?? '?'} s left`);
}
console.log('the statement is rebuilt');
await app.close();
