import { Aggregate, AggregateDefinitionError, AggregateRoot, type AggregateClass } from 'nestevents';
import { assertNoHiddenState } from '../../../src/snapshots/hidden-state.js';

class Open extends AggregateRoot {
  static readonly #cache = new Map<string, Open>();
  /** A text that only looks like a field: `
      #heading
    ` */
  label = '\n#heading\n';
  static of(id: string): Open | undefined {
    return Open.#cache.get(id);
  }
  #check(): boolean {
    return this.label !== '';
  }
  get #length(): number {
    return this.label.length;
  }
  isValid(): boolean {
    return this.#check() && this.#length > 0;
  }
}
class Hidden extends AggregateRoot {
  #balance = 0n;
  deposit(amount: bigint): void {
    this.#balance += amount;
  }
  get balance(): bigint {
    return this.#balance;
  }
}
class Undefined extends AggregateRoot {
  readonly #last;
  constructor(id: string) {
    super(id);
    this.#last = id;
  }
  get last(): string {
    return this.#last;
  }
}
class BelowHidden extends Hidden {
  label = '';
}
class Told extends Hidden {
  override toSnapshot(): unknown {
    return 1;
  }
  override fromSnapshot(): void {}
}
class HiddenAgain extends Told {
  readonly #more = 1;
  get more(): number {
    return this.#more;
  }
}
class Half extends AggregateRoot {
  override toSnapshot(): unknown {
    return 1;
  }
}
class Late extends AggregateRoot {
  override async toSnapshot(): Promise<unknown> {
    return 1;
  }
  override fromSnapshot(): void {}
}
class LateAgain extends Told {
  override toSnapshot(): unknown {
    return 1;
  }
  // oxlint-disable-next-line typescript/no-misused-promises
  override async fromSnapshot(): Promise<void> {}
}

describe('state that a snapshot would miss', () => {
  it.each([Open, Told])('is not found in %p', (aggregate) => {
    expect(() => assertNoHiddenState(aggregate)).not.toThrow();
  });

  it.each<[AggregateClass, RegExp]>([
    [
      Hidden,
      /^Hidden has the private field #balance, which a snapshot cannot see\. Give it the methods toSnapshot/,
    ],
    [Undefined, /^Undefined has the private field #last/],
    [BelowHidden, /^Hidden has the private field #balance/],
    [HiddenAgain, /^HiddenAgain has the private field #more/],
    [Half, /^Half\.toSnapshot stands without fromSnapshot\. Write both/],
    [Late, /^Late\.toSnapshot is async\. A snapshot is taken and used without waiting/],
    [LateAgain, /^LateAgain\.fromSnapshot is async/],
  ])('is found in %p', (aggregate, message) => {
    expect(() => assertNoHiddenState(aggregate)).toThrow(AggregateDefinitionError);
    expect(() => assertNoHiddenState(aggregate)).toThrow(message);
  });

  it('is found where a compiler has moved it', () => {
    // What TypeScript makes of Hidden for older engines.
    // oxlint-disable-next-line typescript/no-implied-eval
    const { Compiled } = new Function(
      'Base',
      `class Compiled extends Base {
         constructor(id) { super(id); _balance.set(this, 0n); }
         deposit(amount) { __classPrivateFieldSet(this, _balance, amount, "f"); }
       }
       return { Compiled };`,
    )(AggregateRoot) as { Compiled: typeof Hidden };
    expect(() => assertNoHiddenState(Compiled)).toThrow(/^Compiled has private members/);
  });

  it.each([
    [{ snapshot: { every: 0 } }, /snapshot\.every: 0 in @Aggregate\. Use a whole number from 1/],
    [{ snapshot: { every: 1.5 } }, /snapshot\.every: 1\.5/],
    [{ snapshot: { version: '2' } }, /snapshot\.version: 2/],
    [{ snapshot: { evry: 1 } }, /unknown option snapshot\.evry/],
    [{ snapshot: true }, /snapshot: true in @Aggregate\. Use an object/],
    [{ snapshot: null }, /snapshot: null in @Aggregate/],
  ])('is no matter for %j, which is refused', async (options, message) => {
    class Any extends AggregateRoot {}
    Aggregate(options as object)(Any);
    const { readAggregateDefinition } = await import('../../../src/domain/index.js');
    expect(() => readAggregateDefinition(Any)).toThrow(message);
  });
});
