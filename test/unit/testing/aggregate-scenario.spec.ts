import { Aggregate, AggregateRoot, Apply, DomainEvent } from 'nestevents';
import { given } from 'nestevents/testing';
import { AssertionError } from 'node:assert';
import { Todo, TodoCreated, TodoLabelChanged } from '../../fixtures/todo.js';

describe('given, when, then', () => {
  it('accepts what is right', () => {
    given(Todo, [new TodoCreated('milk')])
      .when((todo) => todo.changeLabel('bread'))
      .expectEvents(new TodoLabelChanged('bread'))
      .expectState((todo) => expect(todo.label).toBe('bread'));
    given(Todo)
      .when((todo) => todo.apply(new TodoCreated('a')))
      .expectEvents(new TodoCreated('a'));
    given(Todo, [new TodoCreated('milk')])
      .when((todo) => todo.changeLabel(''))
      .expectError('cannot be empty')
      .expectError(Error)
      .expectError(/^a label/)
      .expectState((todo) => expect(todo.label).toBe('milk'));
    given(Todo, [new TodoCreated('milk')])
      .when(() => undefined)
      .expectNothing();
    given(Todo, [new TodoCreated('milk')]).expectState((todo) =>
      expect(todo).toMatchObject({ label: 'milk', version: 1 }),
    );
  });

  it.each<[string, () => unknown]>([
    ['another payload', () => changed('bread').expectEvents(new TodoLabelChanged('milk'))],
    ['another class', () => changed('bread').expectEvents(new TodoCreated('bread'))],
    ['no event', () => changed('bread').expectNothing()],
    [
      'one more event',
      () => changed('bread').expectEvents(new TodoLabelChanged('bread'), new TodoLabelChanged('x')),
    ],
    ['an error that was not thrown', () => changed('bread').expectError(Error)],
    ['another error', () => changed('').expectError('something else')],
    [
      'an async function',
      () =>
        given(Todo)
          .when(async () => undefined)
          .expectNothing(),
    ],
  ])('refuses %s', (_, check) => {
    expect(check).toThrow(AssertionError);
  });

  it('does not swallow an error that was not expected', () => {
    expect(() => changed('').expectEvents()).toThrow('a label cannot be empty');
  });

  it('gives events their envelope, for state changes that look at it', () => {
    class Opened extends DomainEvent {}
    @Aggregate()
    class Shop extends AggregateRoot {
      opened: unknown;
      @Apply(Opened) protected onOpened(event: Opened): void {
        this.opened = [
          event.aggregateId,
          event.aggregateVersion,
          event.createdAt.toISOString(),
          event.eventType,
        ];
      }
    }
    const shared = new Opened();
    given(Shop, [shared], { id: 's', createdAt: new Date(0) }).expectState((shop) =>
      expect(shop.opened).toEqual(['s', 1, '1970-01-01T00:00:00.000Z', 'shop_opened']),
    );
    expect(shared.aggregateId).toBeUndefined();
  });
});

function changed(label: string): ReturnType<ReturnType<typeof given<Todo>>['when']> {
  return given(Todo, [new TodoCreated('milk')]).when((todo) => todo.changeLabel(label));
}
