import { Aggregate, AggregateRoot, Apply, DomainEvent, EventType } from 'nestevents';
import { DomainModel, type AggregateClass } from '../../../src/domain/index.js';
import { Todo, TodoCreated, TodoLabelChanged } from '../../fixtures/todo.js';

class Created extends DomainEvent {}
class Named extends DomainEvent {
  constructor(readonly name: string) {
    super();
  }
}

@Aggregate({ abstract: true })
abstract class Animal extends AggregateRoot {
  name = '';
  @Apply(Named) protected onNamed(event: Named): void {
    this.name = event.name;
  }
}

class Barked extends DomainEvent {}

@Aggregate()
class Dog extends Animal {
  barks = 0;
  @Apply(Barked) protected onBarked(): void {
    this.barks += 1;
  }
}

@Aggregate()
class LoudDog extends Dog {
  @Apply(Barked) protected onLoudBark(): void {
    this.barks += 10;
  }
  protected override onNamed(event: Named): void {
    this.name = event.name.toUpperCase();
  }
}

function register(...aggregates: AggregateClass[]): DomainModel {
  const model = new DomainModel();
  for (const aggregate of aggregates) model.add(aggregate);
  return model;
}

function typesOf(model: DomainModel, aggregate: AggregateClass): string[] {
  return [...model.aggregate(aggregate).eventTypes.values()];
}

describe('names', () => {
  it('come from the classes, in snake_case, the events prefixed by the aggregate', () => {
    class HTTPRequestItem2Added extends DomainEvent {}
    @Aggregate()
    class BankAccount extends AggregateRoot {
      @Apply(Created, HTTPRequestItem2Added) protected on(): void {}
    }
    const model = register(BankAccount, Todo);
    expect(model.aggregate(BankAccount).name).toBe('bank_account');
    expect(typesOf(model, BankAccount)).toEqual([
      'bank_account_created',
      'bank_account_http_request_item2_added',
    ]);
    expect(typesOf(model, Todo)).toEqual(['todo_created', 'todo_label_changed']);
  });

  it('of events begin with the aggregate in snake_case, however it is named', () => {
    class ThingMade extends DomainEvent {}
    class Broken extends DomainEvent {}
    @Aggregate({ name: 'Thing' })
    class SomeThing extends AggregateRoot {
      @Apply(ThingMade, Broken) protected on(): void {}
    }
    expect(typesOf(register(SomeThing), SomeThing)).toEqual(['thing_made', 'thing_broken']);
  });

  it('can be given, with earlier ones, and are not inherited', () => {
    @EventType('thing.made', { aliases: ['thing_made', 'made'] })
    class Made extends DomainEvent {}
    class Remade extends Made {}
    @Aggregate({ name: 'thing' })
    class SomeThing extends AggregateRoot {
      @Apply(Made, Remade) protected on(): void {}
    }
    const model = register(SomeThing);
    expect(typesOf(model, SomeThing)).toEqual(['thing.made', 'thing_remade']);
    for (const type of ['thing.made', 'thing_made', 'made'])
      expect(model.findEvent(type)?.eventClass).toBe(Made);
    expect(model.findEvent('toString')).toBeUndefined();
    expect(model.storedTypes([Made]).sort()).toEqual(['made', 'thing.made', 'thing_made']);
  });
});

describe('inheritance', () => {
  it('gives an aggregate the events of its abstract base, under its own name', () => {
    const model = register(Animal, Dog);
    expect(model.aggregates.map(({ name }) => name)).toEqual(['dog']);
    expect(typesOf(model, Dog)).toEqual(['dog_named', 'dog_barked']);
  });

  it('lets a subclass replace the method of an event, by another or by its name', () => {
    const dog = new Dog('1');
    dog.apply(new Named('rex'));
    dog.apply(new Barked());
    expect(dog).toMatchObject({ name: 'rex', barks: 1 });
    const loud = new LoudDog('1');
    loud.apply(new Named('rex'));
    loud.apply(new Barked());
    expect(loud).toMatchObject({ name: 'REX', barks: 10 });
    expect(typesOf(register(LoudDog), LoudDog)).toEqual(['loud_dog_named', 'loud_dog_barked']);
  });
});

describe('what is written wrongly is found at start, with class, method and cure', () => {
  const cases: [string, () => AggregateClass[], RegExp][] = [
    [
      'no @Aggregate',
      () => {
        class Plain extends AggregateRoot {}
        return [Plain];
      },
      /^Plain has no @Aggregate\(\) of its own\. Put @Aggregate\(\) on the class/,
    ],
    [
      'an inherited @Aggregate',
      () => {
        class Puppy extends Dog {}
        return [Puppy];
      },
      /^Puppy has no @Aggregate\(\) of its own/,
    ],
    ['no aggregate', () => [class Foo {} as never], /^Foo does not extend AggregateRoot/],
    ['undefined', () => [undefined as never], /^undefined does not extend AggregateRoot.*circular import/],
    ['an aggregate twice', () => [Todo, Todo], /^The aggregate Todo is registered twice\. Keep one/],
    [
      'one name twice',
      () => {
        @Aggregate({ name: 'todo' })
        class Other extends AggregateRoot {}
        return [Todo, Other];
      },
      /^The aggregates Todo and Other share the name "todo"\. Give one of them another/,
    ],
    [
      'an unusable name',
      () => {
        @Aggregate({ name: '../etc' })
        class Evil extends AggregateRoot {}
        return [Evil];
      },
      /^Evil has the unusable name "\.\.\/etc"\. Use letters/,
    ],
    [
      'one event type twice',
      () => {
        @EventType('todo_created')
        class Copy extends DomainEvent {}
        @Aggregate()
        class Copier extends AggregateRoot {
          @Apply(Copy) protected onCopy(): void {}
        }
        return [Todo, Copier];
      },
      /^The event type "todo_created" has two owners: TodoCreated of Todo and Copy of Copier\. Rename/,
    ],
    [
      'an event with a type of its own on two aggregates',
      () => {
        @EventType('shared')
        class Shared extends DomainEvent {}
        @Aggregate()
        class A extends AggregateRoot {
          @Apply(Shared) protected on(): void {}
        }
        @Aggregate()
        class B extends AggregateRoot {
          @Apply(Shared) protected on(): void {}
        }
        return [A, B];
      },
      /^The event type "shared" has two owners: Shared of A and Shared of B/,
    ],
    [
      'an unusable event type',
      () => {
        @EventType('a/b')
        class Odd extends DomainEvent {}
        @Aggregate()
        class C extends AggregateRoot {
          @Apply(Odd) protected on(): void {}
        }
        return [C];
      },
      /^Odd has the unusable event type "a\/b"/,
    ],
    [
      '@Apply of no event',
      () => {
        class NoEvent {}
        @Aggregate()
        class D extends AggregateRoot {
          @Apply(NoEvent as never) protected onNoEvent(): void {}
        }
        return [D];
      },
      /^D\.onNoEvent has NoEvent in @Apply, which is no event\. Name classes that extend DomainEvent/,
    ],
    [
      '@Apply of undefined',
      () => {
        @Aggregate()
        class E extends AggregateRoot {
          @Apply(TodoCreated, undefined as never) protected onBoth(): void {}
        }
        return [E];
      },
      /^E\.onBoth has undefined as argument 2 of @Apply\. Most likely two files import each other/,
    ],
    [
      '@Apply on a static method',
      () => {
        @Aggregate()
        class S extends AggregateRoot {
          @Apply(TodoCreated) static onCreated(): void {}
        }
        return [S];
      },
      /^S\.onCreated has @Apply but is static\. Make it a method of the instance/,
    ],
    [
      'an async @Apply',
      () => {
        @Aggregate()
        class T extends AggregateRoot {
          @Apply(TodoCreated) protected async onCreated(): Promise<void> {}
        }
        return [T];
      },
      /^T\.onCreated has @Apply but is async/,
    ],
    [
      'an unknown option',
      () => {
        @Aggregate({ nam: 'x' } as never)
        class U extends AggregateRoot {}
        return [U];
      },
      /^U has the unknown option "nam" in @Aggregate\. Known are name, abstract, encoding and snapshot/,
    ],
    [
      'an unknown encoding',
      () => {
        @Aggregate({ encoding: 'xml' as never })
        class V extends AggregateRoot {}
        return [V];
      },
      /^V has the unknown encoding "xml"\. Use 'json' or 'avro'/,
    ],
    [
      'an empty @Apply',
      () => {
        @Aggregate()
        class F extends AggregateRoot {
          @Apply() protected onNothing(): void {}
        }
        return [F];
      },
      /^F\.onNothing has an empty @Apply\(\)\. Name the events/,
    ],
    [
      'two methods for one event',
      () => {
        @Aggregate()
        class G extends AggregateRoot {
          @Apply(TodoLabelChanged) protected one(): void {}
          @Apply(TodoLabelChanged) protected two(): void {}
        }
        return [G];
      },
      /^G\.two applies TodoLabelChanged, as one does\. Keep one method/,
    ],
    [
      'a reserved name assigned in the constructor',
      () => {
        class Bad extends DomainEvent {
          constructor(position: number) {
            super();
            Object.assign(this, { position });
          }
        }
        return [owner(Bad)];
      },
      /^Bad has a payload property "position", a name that every stored event answers from its envelope\. Rename/,
    ],
    [
      'a reserved name as a field',
      () => {
        class Bad extends DomainEvent {
          // @ts-expect-error TypeScript says so too
          override metadata = {};
        }
        return [owner(Bad)];
      },
      /^Bad has a payload property "metadata"/,
    ],
    [
      'a reserved name as an accessor',
      () => {
        class Bad extends DomainEvent {
          override get createdAt(): Date {
            return new Date();
          }
        }
        return [owner(Bad)];
      },
      /^Bad has a payload property "createdAt"/,
    ],
  ];

  it.each(cases)('%s', (_, aggregates, message) => {
    expect(() => register(...aggregates())).toThrow(message);
  });

  it('but not an event whose constructor wants its arguments', () => {
    class Strict extends DomainEvent {
      readonly n: number;
      constructor(text: string) {
        super();
        this.n = text.length;
      }
    }
    expect(() => register(owner(Strict))).not.toThrow();
  });
});

function owner(eventClass: abstract new (...args: never[]) => DomainEvent): AggregateClass {
  @Aggregate()
  class Owner extends AggregateRoot {
    @Apply(eventClass) protected on(): void {}
  }
  return Owner;
}
