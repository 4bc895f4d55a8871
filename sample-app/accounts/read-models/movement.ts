import { Big } from 'big.js';
import {
  AccountOpened,
  MoneyDeposited,
  MoneyWithdrawn,
  TransferSent,
  type AccountEvent,
} from '../account.events.js';

/** What a line of a statement can be. */
export const MOVEMENTS = ['opened', 'deposit', 'withdrawal', 'transfer sent', 'transfer received'] as const;

/** One of {@link MOVEMENTS}. */
export type Movement = (typeof MOVEMENTS)[number];

/** Which movement an event is. */
export function movementOf(event: AccountEvent): Movement {
  if (event instanceof AccountOpened) return 'opened';
  if (event instanceof MoneyDeposited) return 'deposit';
  if (event instanceof MoneyWithdrawn) return 'withdrawal';
  return event instanceof TransferSent ? 'transfer sent' : 'transfer received';
}

/** What an event adds to the balance of its account: less than zero where money leaves it. */
export function changeOf(event: AccountEvent): Big {
  if (event instanceof AccountOpened) return new Big(0);
  const amount = new Big(event.amount);
  return event instanceof MoneyWithdrawn || event instanceof TransferSent ? amount.neg() : amount;
}
