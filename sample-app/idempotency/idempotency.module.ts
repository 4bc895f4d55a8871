import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AnsweredRequests } from './answered-requests.js';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';
import { IdempotencyKey } from './idempotency-key.entity.js';

@Module({
  imports: [TypeOrmModule.forFeature([IdempotencyKey])],
  providers: [AnsweredRequests, IdempotencyInterceptor],
  exports: [AnsweredRequests, IdempotencyInterceptor],
})
export class IdempotencyModule {}
