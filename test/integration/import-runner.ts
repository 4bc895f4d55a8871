import { DataSource } from 'typeorm';
import type { ImportedEvent } from 'nestevents';
import { TypeOrmJournal } from '../../src/typeorm/index.js';
import { storeOn } from '../contract/event-store.contract.js';
import { Todo, TodoLabelChanged } from '../fixtures/todo.js';

/** What a process is to import. */
export interface AskedImport {
  readonly url: string;
  readonly name: string;
  readonly events: number;
  readonly streams: readonly string[];
  readonly batchSize: number;
  /** How long the source pauses before each event of this number's multiples, in milliseconds. */
  readonly pause?: number;
}

/** What a process says while it imports, and at its end. */
export interface ImportMessage {
  readonly done?: number;
  readonly error?: string;
  readonly ended?: boolean;
}

/** The events of an import: each tells its number. */
export async function* importedEvents(asked: AskedImport, done: number): AsyncGenerator<ImportedEvent> {
  const { events, streams, batchSize, pause } = asked;
  for (let number = done; number < events; number += 1) {
    if (pause && number % batchSize === 0) await new Promise((resolve) => setTimeout(resolve, pause));
    yield {
      stream: { aggregate: Todo, id: streams[number % streams.length]! },
      event: new TodoLabelChanged(`imported ${number}`),
    };
  }
}

/** Runs an import on a connection of its own. */
export async function runImport(
  asked: AskedImport,
  tell: (message: ImportMessage) => void,
): Promise<ImportMessage> {
  const dataSource = await new DataSource({ type: 'postgres', url: asked.url, poolSize: 2 }).initialize();
  try {
    const { store } = storeOn(new TypeOrmJournal(dataSource));
    const { done } = await store.import(asked.name, (stored) => importedEvents(asked, stored), {
      batchSize: asked.batchSize,
      onProgress: (progress) => tell({ done: progress.done }),
    });
    return { done, ended: true };
  } catch (error) {
    return { error: String(error), ended: true };
  } finally {
    await dataSource.destroy();
  }
}
