import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Notifier } from './notifier.js';
import { SentNotice } from './sent-notice.entity.js';

@Module({
  imports: [TypeOrmModule.forFeature([SentNotice])],
  providers: [Notifier],
  exports: [Notifier],
})
export class NoticesModule {}
