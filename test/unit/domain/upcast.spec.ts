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
    expect([...steps.keys()].sort()).toEqual([1, 2]);
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
