import {
  Aggregate,
  AggregateRoot,
  Apply,
  CommitNotSupportedError,
  DomainEvent,
  EventNotStoredError,
  InvalidArgumentError,
  UnappliedEventError,
} from 'nestevents';
import { AggregateRoot as CqrsAggregateRoot, EventPublisher } from '@nestjs/cqrs';
import { Todo, TodoCreated, TodoLabelChanged } from '../../fixtures/todo.js';
import { NoteTaken } from '../../fixtures/note.js';

describe('an aggregate root', () => {
  it('is the one of @nestjs/cqrs', () => {
    expect(new Todo('1')).toBeInstanceOf(CqrsAggregateRoot);
  });

  it('changes by its events and queues them', () => {
    const todo = Todo.create('1', 'a');
    todo.changeLabel('b');
    expect(todo.label).toBe('b');
    expect(todo.version).toBe(0);
    expect(todo.getUncommittedEvents()).toEqual([new TodoCreated('a'), new TodoLabelChanged('b')]);
  });

  it('folds history, which counts as stored', () => {
    const todo = new Todo('1');
    todo.loadFromHistory([new TodoCreated('a'), new TodoLabelChanged('b')]);
    expect(todo).toMatchObject({ label: 'b', version: 2 });
    expect(todo.getUncommittedEvents()).toEqual([]);
  });

  it('takes over properties of any name as they were, past its prototype and its setters', () => {
    class Odd extends AggregateRoot {
      set label(text: string) {
        throw new Error(`set to ${text}`);
      }
    }
    const state = JSON.parse('{ "__proto__": { "version": 9 }, "label": "a", "count": 1 }') as object;
    const odd = new Odd('1');
    odd.fromSnapshot(state);
    expect(Object.entries(odd)).toEqual([['id', '1'], ...Object.entries(state)]);
    expect(Object.getPrototypeOf(odd)).toBe(Odd.prototype);
    expect(odd.version).toBe(0);
    expect(odd.toSnapshot()).toEqual(state);
  });

  it('queues no event whose state change throws', () => {
    class Paid extends DomainEvent {
      constructor(readonly amount: number) {
        super();
      }
    }
    @Aggregate()
    class Bill extends AggregateRoot {
      paid = 0;
      @Apply(Paid) protected onPaid(event: Paid): void {
        if (event.amount < 0) throw new RangeError('negative');
        this.paid += event.amount;
      }
    }
    const bill = new Bill('1');
    bill.apply(new Paid(1));
    expect(() => bill.apply(new Paid(-1))).toThrow(RangeError);
    expect(bill.getUncommittedEvents()).toEqual([new Paid(1)]);
    bill.apply(new Paid(2));
    expect(bill.paid).toBe(3);
    expect(() => bill.loadFromHistory([new Paid(-1)])).toThrow(RangeError);
    expect(bill.version).toBe(0);
  });

  it('refuses an event that it has no method for', () => {
    const todo = new Todo('1');
    expect(() => todo.apply(new NoteTaken('x') as never)).toThrow(UnappliedEventError);
    expect(() => todo.apply(new NoteTaken('x') as never)).toThrow(/Todo has no @Apply\(NoteTaken\) method/);
    expect(todo.getUncommittedEvents()).toEqual([]);
  });

  it('says that only a repository commits it, and loses nothing', () => {
    const todo = Todo.create('1', 'a');
    expect(() => todo.commit()).toThrow(CommitNotSupportedError);
    expect(() => todo.commit()).toThrow(/await repository\.save\(aggregate\)/);
    const published: unknown[] = [];
    const bus = {
      publish: (event: unknown) => published.push(event),
      publishAll: (all: unknown[]) => published.push(...all),
    };
    const merged = new EventPublisher(bus as never).mergeObjectContext(todo);
    expect(() => merged.commit()).toThrow(CommitNotSupportedError);
    todo.autoCommit = true;
    expect(() => todo.changeLabel('b')).toThrow(CommitNotSupportedError);
    expect(published).toEqual([]);
    expect(todo.label).toBe('a');
    expect(todo.getUncommittedEvents()).toHaveLength(1);
  });

  it.each(['', 'a\0', '\udfff', 'x'.repeat(1001), undefined, null, 7])('cannot have the id %p', (id) => {
    expect(() => new Todo(id as string)).toThrow(InvalidArgumentError);
  });
});

describe('an event that is not stored', () => {
  it('has no envelope', () => {
    const event = new TodoCreated('a');
    expect(event.aggregateId).toBeUndefined();
    expect(event.position).toBeUndefined();
    expect(JSON.stringify(event)).toBe('{"label":"a"}');
    expect(Object.keys(event)).toEqual(['label']);
  });

  it('can be compared, and the difference be shown', () => {
    const todo = Todo.create('1', 'a');
    expect(() => expect(todo.getUncommittedEvents()).toEqual([new TodoCreated('b')])).toThrow(/"label": "a"/);
    expect(() => expect(todo.getUncommittedEvents()).toStrictEqual([new TodoCreated('b')])).toThrow(
      /"label": "a"/,
    );
  });

  it('does not answer a state change, which would get something else at a replay', () => {
    class Stamped extends DomainEvent {}
    @Aggregate()
    class Letter extends AggregateRoot {
      at?: Date;
      @Apply(Stamped) protected onStamped(event: Stamped): void {
        this.at = event.createdAt;
      }
    }
    const letter = new Letter('1');
    expect(() => letter.apply(new Stamped())).toThrow(EventNotStoredError);
    expect(() => letter.apply(new Stamped())).toThrow(
      /Stamped\.createdAt is known only once the event is stored/,
    );
    expect(letter.getUncommittedEvents()).toEqual([]);
  });
});
