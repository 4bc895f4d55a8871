import { jest } from '@jest/globals';
import { Injectable, Logger, Module, Scope, type Type } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import {
  AggregateRepository,
  EventSchemaError,
  getAggregateRepositoryToken,
  Upcast,
  UpcastDefinitionError,
} from 'nestevents';
import { EventSourcingTestingModule } from 'nestevents/testing';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventStore } from 'nestevents';
import { SchemaRegistry } from '../../../src/schema/index.js';
import { storeTokens } from '../../../src/nest/index.js';
import type { Journal } from '../../../src/store/index.js';
import { writeSchemas } from '../../fixtures/schemas.js';
import { Todo, TodoCreated } from '../../fixtures/todo.js';

let directory: string;
let module: TestingModule | undefined;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'nestevents-upcasts-'));
  await writeSchemas(directory, {
    'todo/v1_todo_created.json': { text: 'string' },
    'todo/v2_todo_created.json': { label: 'string' },
    'todo/v1_todo_label_changed.json': { label: 'string' },
  });
});

afterEach(async () => {
  await module?.close();
  module = undefined;
  await rm(directory, { recursive: true });
});

@Injectable()
class Prefix {
  readonly text = 'old: ';
}

@Injectable()
class TodoUpcasts {
  constructor(private readonly prefix: Prefix) {}

  @Upcast(TodoCreated, { from: 1 })
  label({ text }: { text: string }): { label: string } {
    return { label: this.prefix.text + text };
  }
}

async function start(
  providers: object[],
  schemas: object | null = {},
  imports: Type[] = [],
): Promise<TestingModule> {
  module = await Test.createTestingModule({
    imports: [
      EventSourcingTestingModule.forRoot(schemas ? { schemas: { directory, ...schemas } } : {}),
      EventSourcingTestingModule.forFeature([Todo]),
      ...imports,
    ],
    providers: [Prefix, ...(providers as [])],
  }).compile();
  return module.init();
}

/** Stores an event as an earlier deployment did. */
async function storeOld(app: TestingModule): Promise<void> {
  const journal = app.get<Journal>(storeTokens.journal('default'));
  await journal.append([
    {
      aggregateType: 'todo',
      aggregateId: 'a',
      expectedVersion: 'no-stream',
      records: [
        {
          eventId: '0b0cd4b5-6e5f-4c0e-9a70-d1c5a1f9e3e7',
          eventType: 'todo_created',
          eventVersion: 1,
          data: '{"text":"milk"}',
          dataTypes: null,
          metadata: '{}',
        },
      ],
    },
  ]);
}

describe('upcasters of an application', () => {
  it('are found in its providers, with what is injected into them', async () => {
    const app = await start([TodoUpcasts]);
    await storeOld(app);
    const todos = app.get<AggregateRepository<Todo>>(getAggregateRepositoryToken(Todo));
    expect((await todos.load('a')).label).toBe('old: milk');
    expect((await todos.history('a')).map((event) => ({ ...event }))).toEqual([{ label: 'old: milk' }]);
    const all = [];
    for await (const event of app.get(EventStore).readAll()) all.push({ ...event });
    expect(all).toEqual([{ label: 'old: milk' }]);
  });

  it('that are missing stop the application, naming the step to write', async () => {
    const starting = start([]);
    await expect(starting).rejects.toThrow(EventSchemaError);
    await expect(starting).rejects.toThrow(/SCHEMA_INCOMPATIBLE[\s\S]*@Upcast\(TodoCreated, \{ from: 1 \}\)/);
  });

  it('may be left out where compatibility is none, but then there has to be a way', async () => {
    await expect(start([], { compatibility: 'none' })).rejects.toThrow(/SCHEMA_NO_WAY/);
  });

  it.each([
    [Scope.REQUEST, 'request'],
    [Scope.TRANSIENT, 'class that injects it'],
  ])('are singletons, not of scope %p', async (scope, what) => {
    @Injectable({ scope })
    class Scoped {
      @Upcast(TodoCreated, { from: 1 })
      label(): object {
        return { label: '' };
      }
    }
    const starting = start([Scoped]);
    await expect(starting).rejects.toThrow(UpcastDefinitionError);
    await expect(starting).rejects.toThrow(
      new RegExp(`Scoped\\.label .*anew for each ${what}\\. Make its provider a singleton`),
    );
  });

  it('may be provided in two modules, but not by two classes of one name', async () => {
    @Module({ providers: [Prefix, TodoUpcasts] })
    class Again {}
    const app = await start([TodoUpcasts], {}, [Again]);
    await storeOld(app);
    const todos = app.get<AggregateRepository<Todo>>(getAggregateRepositoryToken(Todo));
    expect((await todos.load('a')).label).toBe('old: milk');
    await app.close();

    const namesake = (): Type => {
      class TodoUpcasts {
        @Upcast(TodoCreated, { from: 1 })
        label(): object {
          return { label: '' };
        }
      }
      return TodoUpcasts;
    };
    await expect(start([TodoUpcasts, namesake()])).rejects.toThrow(/as TodoUpcasts\.label does\. Keep one/);
  });

  it('that never run, as there are no schemas, are logged', async () => {
    const warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation(() => undefined);
    try {
      await start([TodoUpcasts], null);
      expect(warn.mock.calls.map(([message]) => String(message))).toEqual([
        '@Upcast never runs where events have no schemas: TodoUpcasts.label. ' +
          'Set the option schemas.directory, or remove the methods.',
      ]);
      warn.mockClear();
      await module!.close();
      await start([], null);
      expect(warn).not.toHaveBeenCalled();
    } finally {
      warn.mockRestore();
    }
  });

  it('belong to one version each', async () => {
    @Injectable()
    class Second {
      @Upcast(TodoCreated, { from: 1 })
      label(): object {
        return { label: '' };
      }
    }
    await expect(start([TodoUpcasts, Second])).rejects.toThrow(/as TodoUpcasts\.label does/);
  });

  it.each(['backwards', '', 5, null])('%p is no mode of compatibility', async (compatibility) => {
    await expect(start([TodoUpcasts], { compatibility })).rejects.toThrow(
      /schemas\.compatibility .*'backward-transitive', 'backward'/,
    );
  });

  it('leave the registry to say what is newest', async () => {
    const app = await start([TodoUpcasts]);
    expect(app.get(SchemaRegistry).newest('todo', 'todo_created')?.version).toBe(2);
  });
});
