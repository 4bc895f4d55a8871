import { Global, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import { MessageContext } from '../../store/index.js';
import { CqrsBuses } from './cqrs-buses.js';
import { EventHandlerExplorer } from './event-handler.explorer.js';
import { InProcessPublisher } from './in-process-publisher.js';

/**
 * What all stores of an application share: its buses, its handlers, and the message being handled.
 *
 * `CqrsModule` is imported as applications do it, so that theirs is the same instance.
 */
@Global()
@Module({
  imports: [CqrsModule, DiscoveryModule],
  providers: [MessageContext, EventHandlerExplorer, CqrsBuses, InProcessPublisher],
  exports: [MessageContext, InProcessPublisher, CqrsModule],
})
export class InProcessModule {}
