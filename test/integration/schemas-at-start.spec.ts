import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { TypeOrmModule } from '@nestjs/typeorm';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  EventSchemaError,
  EventSourcingModule,
  EventStore,
  JournalNotReadyError,
  type SchemaOptions,
} from 'nestevents';
import { writeSchemas } from '../fixtures/schemas.js';
import { Todo, TodoCreated } from '../fixtures/todo.js';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../postgres/test-database.js';

let directory: string;
let database: TestDatabase | undefined;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'nestevents-start-'));
});

afterEach(async () => {
  await database?.drop();
  database = undefined;
  await rm(directory, { recursive: true });
});

/** Starts an application, does something with its store, and closes it. */
async function run(use?: (store: EventStore) => Promise<unknown>, schemas: Partial<SchemaOptions> = {}) {
  const module = await Test.createTestingModule({
    imports: [
      TypeOrmModule.forRoot({ type: 'postgres', url: database!.url, retryAttempts: 0 }),
      EventSourcingModule.forRoot({ schemas: { directory, ...schemas } }),
      EventSourcingModule.forFeature([Todo]),
    ],
  }).compile();
  try {
    await module.init();
    await use?.(module.get(EventStore));
  } finally {
    await module.close();
  }
}

const GOOD = { label: 'string' };

it('what is wrong with files and what was edited in place are told of together, sorted by file', async () => {
  database = await createTestDatabase();
  await writeSchemas(directory, {
    'todo/v1_todo_created.json': GOOD,
    'todo/v1_todo_label_changed.json': GOOD,
  });
  await run((store) => store.append({ aggregate: Todo, id: '1' }, [new TodoCreated('a')]));
  await writeSchemas(directory, {
    'a.json': '{',
    'todo/v1_todo_created.json': { label: 'bytes' },
    'todo/v1_todo_label_changed.json': '{',
  });
  const error: unknown = await run().catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(EventSchemaError);
  expect((error as EventSchemaError).problems.map(({ code, file }) => [code, file])).toEqual([
    ['SCHEMA_NOT_JSON', join(directory, 'a.json')],
    ['SCHEMA_CHANGED', join(directory, 'todo/v1_todo_created.json')],
    ['SCHEMA_NOT_JSON', join(directory, 'todo/v1_todo_label_changed.json')],
  ]);
});

describe('where the journal cannot be asked', () => {
  beforeEach(async () => {
    database = await createEmptyDatabase();
  });

  it('what is wrong with files is told of all the same', async () => {
    await writeSchemas(directory, { 'todo/v1_todo_created.json': '{' });
    await expect(run()).rejects.toThrow(EventSchemaError);
  });

  it('and is logged where it is only a warning; then the journal is told of', async () => {
    await writeSchemas(directory, { 'todo/v1_todo_created.json': '{' });
    const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    await expect(run(undefined, { onProblem: 'warn' })).rejects.toThrow(JournalNotReadyError);
    expect(warn.mock.calls.map(([message]) => String(message))).toEqual([
      expect.stringMatching(/^Event schemas, 2 problems:[^]*SCHEMA_NOT_JSON/),
    ]);
    warn.mockRestore();
  });

  it('files without fault hide nothing', async () => {
    await writeSchemas(directory, {
      'todo/v1_todo_created.json': GOOD,
      'todo/v1_todo_label_changed.json': GOOD,
    });
    await expect(run()).rejects.toThrow(JournalNotReadyError);
  });
});
