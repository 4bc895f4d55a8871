import { Command } from 'nestevents';
import type { Written } from '../http/written.js';
import type { IdempotentRequest } from './idempotent-request.js';

/** A command that came with a request which may be repeated. */
export abstract class IdempotentCommand<Answer extends object> extends Command<Written<Answer>> {
  abstract readonly request?: IdempotentRequest;

  /** nestevents takes it for the cause of whatever the command brings about. */
  get commandId(): string | undefined {
    return this.request?.key;
  }
}
