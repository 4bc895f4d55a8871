import type { INestApplicationContext } from '@nestjs/common';
import { ProjectionManager } from 'nestevents';
import { startApplication } from './application.js';
import { divide, INSTANCES_HANDLERS, WRITERS_HANDLERS } from './handlers.js';
import type { Order, ProcessPlan, Report } from './messages.js';
import { switchOff } from './switch-off.js';
import { TallyBook } from './tally-book.js';
import { Writer } from './writer.js';

const TALLY_INTERVAL = 100;

/** Is what the coordinator says, until it says no more. */
export async function obey(): Promise<void> {
  const tally = new TallyBook();
  let app: INestApplicationContext | undefined;
  let writer: Writer | undefined;
  process.on('disconnect', () => process.exit(0));
  process.on('SIGINT', () => undefined); // Ctrl-C is for the coordinator, which ends us.

  const begin = async (plan: ProcessPlan): Promise<void> => {
    if (plan.without) switchOff(plan.without);
    divide(plan.partitions);
    try {
      app = await startApplication(
        plan,
        tally,
        plan.role === 'instance' ? INSTANCES_HANDLERS : WRITERS_HANDLERS,
      );
    } catch (error) {
      await tell({ kind: 'failed-to-start', error: String(error) });
      process.exit(0);
    }
    if (plan.role === 'writer') writer = new Writer(app, plan, tally);
    setInterval(() => void tell({ kind: 'tally', tally: tally.take() }), TALLY_INTERVAL);
    await tell({ kind: 'started' });
  };
  const steer = async ({ id, how, handler }: Extract<Order, { kind: 'steer' }>): Promise<void> => {
    try {
      await app!.get(ProjectionManager)[how](handler);
      await tell({ kind: 'steered', id });
    } catch (error) {
      await tell({ kind: 'steered', id, error: String(error) });
    }
  };
  const finish = async (): Promise<void> => {
    await writer?.finish();
    await tell({ kind: 'tally', tally: tally.take() });
    await app?.close();
    process.exit(0);
  };
  process.on('message', (order: Order) => {
    if (order.kind === 'begin') void begin(order.plan);
    else if (order.kind === 'steer') void steer(order);
    else void finish();
  });
  await tell({ kind: 'loaded' });
}

async function tell(report: Report): Promise<void> {
  await new Promise((resolve) => {
    process.send!(report, resolve);
  });
}
