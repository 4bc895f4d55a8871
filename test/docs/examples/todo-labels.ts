import { EventsHandler, type IEventHandler } from 'nestevents';
import { TodoCreated, TodoLabelChanged } from './todo.events.js';

@EventsHandler(TodoCreated, TodoLabelChanged)
export class TodoLabels implements IEventHandler<TodoCreated | TodoLabelChanged> {
  readonly current = new Map<string, string>();

  handle(event: TodoCreated | TodoLabelChanged): void {
    this.current.set(event.aggregateId, event.label);
  }
}
