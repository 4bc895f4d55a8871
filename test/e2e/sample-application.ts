import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import supertest from 'supertest';
import { v7 as uuidv7 } from 'uuid';
import { AppModule } from '../../sample-app/app.module.js';
import { setUpDocs } from '../../sample-app/http/docs.js';
import { createTestDatabase, type TestDatabase } from '../postgres/test-database.js';
import { assertNoConnectionsLeft } from '../postgres/leaks.js';

export type Platform = 'Express' | 'Fastify';

/** The sample, listening on a port of its own, with a database of its own that outlives a restart. */
export class SampleApplication {
  #app!: INestApplication;
  #url!: string;

  private constructor(
    private readonly database: TestDatabase,
    private readonly platform: Platform,
  ) {}

  static async start(platform: Platform = 'Express'): Promise<SampleApplication> {
    return SampleApplication.startOn(await createTestDatabase(), platform);
  }

  /** On a database that has events already; it is dropped with the application. */
  static async startOn(database: TestDatabase, platform: Platform = 'Express'): Promise<SampleApplication> {
    const sample = new SampleApplication(database, platform);
    await sample.#open();
    return sample;
  }

  /** A second instance on the same database; to be closed with {@link INestApplication.close}. */
  async secondInstance(): Promise<INestApplication> {
    return this.#create();
  }

  async restart(): Promise<void> {
    await this.#app.close();
    await this.#open();
  }

  async stop(): Promise<void> {
    await this.#app.close();
    await assertNoConnectionsLeft(this.database);
    await this.database.drop();
  }

  get app(): INestApplication {
    return this.#app;
  }

  get http(): supertest.Agent {
    return supertest(this.#url);
  }

  /** Posts JSON; with a key as `Idempotency-Key`. */
  post(path: string, body: object, key?: string): supertest.Test {
    const request = this.http.post(path).send(body);
    return key === undefined ? request : request.set('Idempotency-Key', key);
  }

  /** Opens an account that has some money. @returns its id */
  async account(balance?: string): Promise<string> {
    const { body } = await this.post('/accounts', { owner: 'Ada' }).expect(201);
    const { id } = body as { id: string };
    if (balance !== undefined) await this.post(`/accounts/${id}/deposits`, { amount: balance }).expect(201);
    return id;
  }

  async #open(): Promise<void> {
    this.#app = await this.#create();
    setUpDocs(this.#app);
    await this.#app.listen(0, '127.0.0.1');
    this.#url = await this.#app.getUrl();
  }

  async #create(): Promise<INestApplication> {
    const adapter = this.platform === 'Express' ? new ExpressAdapter() : new FastifyAdapter();
    return NestFactory.create(AppModule.forRoot({ databaseUrl: this.database.url }), adapter, {
      logger: false,
      abortOnError: false,
    });
  }
}

/** An id that nothing has. */
export function unusedId(): string {
  return uuidv7();
}
