import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';

// The command line as npm has installed it. What it makes of the schemas is compiled with the rest.

const { version } = JSON.parse(await readFile('node_modules/nestevents/package.json', 'utf8'));
assert.deepEqual(nestevents('--version'), { status: 0, stdout: `${version}\n` });

const check = ['schema', 'check', 'avro'];
const checked = nestevents(...check);
assert.equal(checked.status, 0, checked.stdout);

const types = ['schema', 'types', 'avro', '--out', 'event-types.ts'];
assert.equal(nestevents(...types, '--check').status, 1);
assert.equal(nestevents(...types).status, 0);
assert.equal(nestevents(...types, '--check').status, 0);
await writeFile(
  'events.ts',
  `import { DomainEvent } from 'nestevents';
import type { Line, OrderPlacedData, Payment } from './event-types.js';

export class OrderPlaced extends DomainEvent.of<OrderPlacedData>() {
  get total(): number {
    return this.lines.reduce((sum, { price }) => sum + Number(price), 0);
  }
}

const line: Line = { article: '7f1a4f2e-0000-4000-8000-000000000000', price: '1.50' };
const payment: Payment = 'CARD';
const receipt = Buffer.of(1);
export const placed = new OrderPlaced({ placedAt: new Date(), lines: [line], payment, receipt });
export const measured = new OrderPlaced({ ...placed, measure: { double: 0.5 } });
export const year: number = placed.placedAt.getFullYear();

// @ts-expect-error Nothing says what is bought.
new OrderPlaced({ placedAt: new Date(), payment, receipt });
// @ts-expect-error There is no such symbol.
new OrderPlaced({ placedAt: new Date(), lines: [], payment: 'CASH', receipt });
`,
);

assert.equal(nestevents('schema', 'new', 'order', 'OrderPlaced', 'note:string?').status, 0);
assert.equal(nestevents(...check).status, 0);
const second = 'avro/order/v2_order_placed.json';
const schema = JSON.parse(await readFile(second, 'utf8'));
delete schema.fields.at(-1).default;
await writeFile(second, JSON.stringify(schema));
const refused = nestevents(...check, '--format', 'json');
assert.equal(refused.status, 1);
const found = JSON.parse(refused.stdout).problems.map(({ event, path, code }) => [event, path, code]);
assert.deepEqual(found, [['order_placed', 'note', 'SCHEMA_INCOMPATIBLE']]);

assert.equal(nestevents('schema', 'check', 'nowhere').status, 2);
assert.equal(nestevents('schema', 'chek').status, 2);

console.log('the command line checks, writes and refuses');

/** Runs the installed program by its name; `--no` keeps npx from fetching one of that name. */
function nestevents(...args) {
  const { status, stdout } = spawnSync('npx', ['--no', '--', 'nestevents', ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    shell: process.platform === 'win32',
  });
  return { status, stdout };
}
