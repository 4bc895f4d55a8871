import { Aggregate, AggregateRoot, Apply, DomainEvent, Upcast, UpcastDefinitionError } from 'nestevents';
import { DomainModel, readUpcasts, type EventEnvelope } from '../../../src/domain/index.js';

class Opened extends DomainEvent {
  constructor(readonly owner: string) {
    super();
  }

  @Upcast(Opened, { from: 1 })
  static named(payload: { name: string }): object {
    return { owner: payload.name };
  }
}

class Closed extends DomainEvent {}

@Aggregate()
class Account extends AggregateRoot {
  @Apply(Opened, Closed)
  protected onChange(): void {
    // Nothing is folded.
  }

  @Upcast(Opened, { from: 2 })
  static addCountry(payload: object): object {
    return { ...payload, country: 'unknown' };
  }
}

const NO_ENVELOPE = {} as EventEnvelope;

function model(): DomainModel {
  const made = new DomainModel();
  made.add(Account);
  return made;
}

describe('@Upcast', () => {
  it('on static methods of the event and of the aggregate is found with the aggregate', () => {
    const steps = model().upcasts(Opened);
    expect(new Set(steps.keys())).toEqual(new Set([1, 2]));
    expect(steps.get(1)!.run({ name: 'Ada' }, NO_ENVELOPE)).toEqual({ owner: 'Ada' });
    expect(steps.get(2)!.place).toBe('Account.addCountry');
    expect(model().upcasts(Closed).size).toBe(0);
  });

  it('on methods of an instance keeps its this, its envelope, and what subclasses replace', () => {
    class Base {
      readonly suffix: string = '!';
      @Upcast(Closed, { from: 1 })
      step(payload: Record<string, unknown>, envelope: EventEnvelope): object {
        return { text: `${String(payload['text'])}${this.suffix}${envelope.eventType}` };
      }
    }
    class Derived extends Base {
      override readonly suffix = '?';
    }
    const [step, ...others] = readUpcasts(Derived, new Derived());
    expect(others).toEqual([]);
    expect(step!.run({ text: 'a' }, { eventType: 'closed' } as EventEnvelope)).toEqual({ text: 'a?closed' });
  });

  it('may stand several times on one method, and then all count', () => {
    class Steps {
      @Upcast(Opened, { from: 5 })
      @Upcast(Opened, { from: 7 })
      @Upcast(Closed, { from: 5 })
      both(payload: object): object {
        return { ...payload, both: true };
      }

      @Upcast(Closed, { from: 6 })
      static both(): object {
        return { isStatic: true };
      }
    }
    const made = model();
    made.addUpcasts(readUpcasts(Steps, new Steps()));
    expect(new Set(made.upcasts(Opened).keys())).toEqual(new Set([1, 2, 5, 7]));
    expect(new Set(made.upcasts(Closed).keys())).toEqual(new Set([5, 6]));
    expect(made.upcasts(Closed).get(5)!.run({ a: 1 }, NO_ENVELOPE)).toEqual({ a: 1, both: true });
    expect(made.upcasts(Closed).get(6)!.run({}, NO_ENVELOPE)).toEqual({ isStatic: true });
  });

  it('of a subclass replaces all that its base has on the same method, and no more', () => {
    class Base {
      @Upcast(Closed, { from: 1 })
      @Upcast(Closed, { from: 2 })
      step(): object {
        return {};
      }
      @Upcast(Closed, { from: 4 })
      other(): object {
        return {};
      }
    }
    class Derived extends Base {
      @Upcast(Closed, { from: 3 })
      override step(): object {
        return { derived: true };
      }
    }
    const steps = readUpcasts(Derived, new Derived());
    expect(steps.map(({ from, place }) => [from, place])).toEqual([
      [3, 'Derived.step'],
      [4, 'Base.other (of Derived)'],
    ]);
  });

  it('of two classes for one version is refused, whatever they are called', () => {
    const makeClass = () => {
      class Steps {
        @Upcast(Closed, { from: 1 })
        step(): object {
          return {};
        }
      }
      return Steps;
    };
    const [One, Two] = [makeClass(), makeClass()];
    class Sub extends One {}
    for (const Other of [Two, Sub]) {
      const made = model();
      made.addUpcasts(readUpcasts(One, new One()));
      expect(() => made.addUpcasts(readUpcasts(Other, new Other()))).toThrow(
        /upcasts Closed from version 1, as Steps\.step does\. Keep one of them\./,
      );
      // Another instance of the same class is the same step.
      made.addUpcasts(readUpcasts(One, new One()));
    }
  });

  it('on a static method of a base is one step for all that inherit it, until one replaces it', () => {
    @Aggregate({ abstract: true })
    class Base extends AggregateRoot {
      @Upcast(Closed, { from: 1 })
      static step(): object {
        return {};
      }
    }
    @Aggregate()
    class Left extends Base {
      @Apply(Closed) protected on(): void {}
    }
    @Aggregate()
    class Right extends Base {
      @Apply(Closed) protected on(): void {}
    }
    @Aggregate()
    class Other extends Base {
      @Apply(Closed) protected on(): void {}
      static override step(): object {
        return { other: true };
      }
    }
    const made = new DomainModel();
    made.add(Left);
    made.add(Right);
    expect([...made.upcasts(Closed).keys()]).toEqual([1]);
    expect(() => made.add(Other)).toThrow(/Base\.step upcasts Closed .* Keep one of them/);
  });

  it('twice for one version is refused, the same one again is not', () => {
    class Steps {
      @Upcast(Opened, { from: 1 })
      again(): object {
        return {};
      }
    }
    const made = model();
    made.addUpcasts(readUpcasts(Opened));
    expect(() => made.addUpcasts(readUpcasts(Steps, new Steps()))).toThrow(
      new UpcastDefinitionError(
        'Steps.again',
        'upcasts Opened from version 1, as Opened.named does',
        'Keep one of them.',
      ),
    );
  });

  it.each([0, -1, 1.5, Number.NaN, '1', undefined])('from %p is refused', (from) => {
    class Steps {
      @Upcast(Opened, { from: from as number })
      step(): object {
        return {};
      }
    }
    expect(() => readUpcasts(Steps, new Steps())).toThrow(UpcastDefinitionError);
    expect(() => readUpcasts(Steps, new Steps())).toThrow(
      /Steps\.step has .* as options of @Upcast\. Name the version/,
    );
  });

  it('of what is no event, async, or on an instance that is not there is refused', () => {
    class NoEvent {
      @Upcast(String as never, { from: 1 })
      step(): object {
        return {};
      }
    }
    class Circular {
      @Upcast(undefined as never, { from: 1 })
      step(): object {
        return {};
      }
    }
    class Async {
      @Upcast(Opened, { from: 1 })
      async step(): Promise<object> {
        return {};
      }
    }
    expect(() => readUpcasts(NoEvent, new NoEvent())).toThrow(/names no class of events/);
    expect(() => readUpcasts(Circular, new Circular())).toThrow(/import each other/);
    expect(() => readUpcasts(Async, new Async())).toThrow(/is async/);
    expect(() => readUpcasts(NoInstance)).toThrow(/Make it static, or move it into a provider/);
  });
});

class NoInstance {
  @Upcast(Opened, { from: 1 })
  step(): object {
    return {};
  }
}
