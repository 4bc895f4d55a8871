import { Aggregate, AggregateRoot, Apply } from 'nestevents';
import { TodoCreated, TodoLabelChanged } from './todo.events.js';

/** Something to do: it has a label, which can be changed. */
@Aggregate()
export class Todo extends AggregateRoot {
  label = '';

  static create(id: string, label: string): Todo {
    const todo = new Todo(id);
    todo.apply(new TodoCreated(label));
    return todo;
  }

  changeLabel(label: string): void {
    if (!label) throw new Error('a label cannot be empty');
    this.apply(new TodoLabelChanged(label));
  }

  @Apply(TodoCreated, TodoLabelChanged)
  protected onLabel(event: TodoCreated | TodoLabelChanged): void {
    this.label = event.label;
  }
}
