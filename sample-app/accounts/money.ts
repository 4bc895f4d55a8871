import { Big } from 'big.js';

/** What an amount looks like: above zero, at most two decimals, at most 18 digits as the events' schemas have it. */
const AMOUNT = /^(?:0|[1-9]\d{0,15})(?:\.\d{1,2})?$/;

/** Whether a value is an amount: `"12"`, `"12.5"` or `"12.50"`, but no number, no sign, nothing that is zero. */
export function isAmount(value: unknown): value is string {
  return typeof value === 'string' && AMOUNT.test(value) && /[1-9]/.test(value);
}

/** An amount or a balance as text with two decimals. */
export function formatMoney(amount: Big): string {
  return amount.toFixed(2);
}
