import { given } from 'nestevents/testing';
import { Todo } from './todo.aggregate.js';
import { TodoCreated, TodoLabelChanged } from './todo.events.js';

describe('a todo', () => {
  it('changes its label', () => {
    given(Todo, [new TodoCreated('milk')])
      .when((todo) => todo.changeLabel('bread'))
      .expectEvents(new TodoLabelChanged('bread'))
      .expectState((todo) => expect(todo.label).toBe('bread'));
  });

  it('refuses an empty label', () => {
    given(Todo, [new TodoCreated('milk')])
      .when((todo) => todo.changeLabel(''))
      .expectError('cannot be empty');
  });
});
