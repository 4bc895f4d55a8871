import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Aggregate,
  AggregateRoot,
  Apply,
  CorruptEventError,
  DomainEvent,
  EventSchemaError,
  EventStore,
  EventType,
  UnknownEventTypeError,
  UnreadableVersionError,
  Upcast,
  UpcastFailedError,
  type EventEnvelope,
  type PayloadEncoding,
} from 'nestevents';
import { DomainModel, eventAliases, readUpcasts } from '../../src/domain/index.js';
import { SchemaRegistry, type SchemaOptions, type SchemaProblem } from '../../src/schema/index.js';
import { MessageContext, type Journal } from '../../src/store/index.js';
import { writeSchemas } from '../fixtures/schemas.js';

/** An event that carries whatever the schemas of a test say. */
@EventType('bill_issued')
class Issued extends DomainEvent {
  constructor(data: object) {
    super();
    Object.assign(this, data);
  }
}

@Aggregate()
class Bill extends AggregateRoot {
  @Apply(Issued)
  protected onIssued(): void {
    // Nothing is folded; the events are what the tests look at.
  }
}

type Fields = Record<string, unknown> | string;

/** One deployment of an application: its files, and its steps between versions. */
interface Deployment {
  /** The fields of each version, from the first, or the text of its file. */
  readonly versions: readonly Fields[];
  readonly aggregate?: typeof AggregateRoot;
  readonly event?: typeof DomainEvent;
  readonly upcasts?: object;
  readonly options?: Partial<SchemaOptions>;
}

/** What every journal has to do for events whose schema changes, whatever it is kept in. */
export function describeSchemaEvolution(
  name: string,
  createJournal: () => Promise<Journal>,
  encoding: PayloadEncoding,
): void {
  describe(`schema evolution on ${name}, in ${encoding}`, () => {
    let journal: Journal;
    let directories: string[] = [];

    beforeEach(async () => {
      journal = await createJournal();
      await journal.prepare();
    });

    afterEach(async () => {
      for (const directory of directories) await rm(directory, { recursive: true });
      directories = [];
    });

    /** Starts a deployment on the journal. */
    async function deploy(deployment: Deployment): Promise<{
      store: EventStore;
      problems: SchemaProblem[];
      issue(id: string, data: object): Promise<void>;
      read(id: string): Promise<object[]>;
    }> {
      const { versions, aggregate = Bill, event = Issued, upcasts, options = {} } = deployment;
      const directory = await mkdtemp(join(tmpdir(), 'nestevents-evolution-'));
      directories.push(directory);
      const model = new DomainModel();
      model.add(aggregate);
      if (upcasts) model.addUpcasts(readUpcasts(upcasts.constructor, upcasts));
      const [registered] = model.aggregates;
      const type = registered!.eventTypes.get(event)!;
      await writeSchemas(
        directory,
        Object.fromEntries(
          versions.map((fields, index) => [`${registered!.name}/v${index + 1}_${type}.json`, fields]),
        ),
      );
      const contracts = [
        {
          aggregateType: registered!.name,
          eventType: type,
          eventClass: event.name,
          aliases: eventAliases(event),
          upcasts: model.upcasts(event),
        },
      ];
      const { registry, problems } = SchemaRegistry.load({ directory, ...options }, contracts);
      const store = new EventStore({
        model,
        schemas: registry,
        journal,
        publisher: { publish: async () => {} },
        context: new MessageContext(),
        options: {
          validateAlways: options.validate !== 'on-demand',
          addSchemaVersionToEventData: false,
          encoding,
        },
      });
      problems.push(...(await store.compareSchemas(contracts)));
      const stream = (id: string) => ({ aggregate, id });
      return {
        store,
        problems,
        issue: async (id, data) => {
          const made: unknown = Object.create(event.prototype, Object.getOwnPropertyDescriptors(data));
          await store.append(stream(id), [made as DomainEvent]);
        },
        read: async (id) => {
          const found: object[] = [];
          for await (const each of store.read(stream(id))) found.push({ ...each });
          return found;
        },
      };
    }

    const V1 = { customer: 'string', cents: 'int' };
    const V2 = { ...V1, note: { type: ['null', 'string'], default: null } };

    function record(fields: readonly object[], more: object = {}): string {
      return JSON.stringify({ type: 'record', name: 'bill_issued', fields, ...more });
    }

    const FOUR_VERSIONS = [
      record([
        { name: 'customer', type: 'string' },
        { name: 'amount', type: 'int' },
      ]),
      record([
        { name: 'customer', type: 'string' },
        { name: 'amount', type: 'int' },
        { name: 'currency', type: 'string', default: 'EUR' },
      ]),
      record([
        { name: 'client', type: 'string', aliases: ['customer'] },
        { name: 'amount', type: 'long' },
        { name: 'currency', type: 'string', default: 'EUR' },
      ]),
      record(
        [
          { name: 'client', type: 'string', aliases: ['customer'] },
          { name: 'amount', type: { type: 'bytes', logicalType: 'decimal', precision: 20, scale: 2 } },
          { name: 'currency', type: 'string', default: 'EUR' },
        ],
        { upcast: true },
      ),
    ];

    class CentsToUnits {
      @Upcast(Issued, { from: 3 })
      units({ amount, ...rest }: { amount: number | bigint }): object {
        const cents = String(amount).padStart(3, '0');
        return { ...rest, amount: `${cents.slice(0, -2)}.${cents.slice(-2)}` };
      }
    }

    it('reads events of four versions as the newest', async () => {
      const id = randomUUID();
      await (
        await deploy({ versions: FOUR_VERSIONS.slice(0, 1) })
      ).issue(id, { customer: 'Ada', amount: 1250 });
      await (
        await deploy({ versions: FOUR_VERSIONS.slice(0, 2) })
      ).issue(id, { customer: 'Bob', amount: 7, currency: 'USD' });
      await (
        await deploy({ versions: FOUR_VERSIONS.slice(0, 3) })
      ).issue(id, { client: 'Cid', amount: 9_007_199_254_740_993n, currency: 'EUR' });
      const newest = await deploy({ versions: FOUR_VERSIONS, upcasts: new CentsToUnits() });
      expect(newest.problems).toEqual([]);
      await newest.issue(id, { client: 'Dot', amount: '0.50', currency: 'CHF' });

      const expected = [
        { client: 'Ada', amount: '12.50', currency: 'EUR' },
        { client: 'Bob', amount: '0.07', currency: 'USD' },
        { client: 'Cid', amount: '90071992547409.93', currency: 'EUR' },
        { client: 'Dot', amount: '0.50', currency: 'CHF' },
      ];
      expect(await newest.read(id)).toEqual(expected);
      const all: DomainEvent[] = [];
      for await (const event of newest.store.readAll()) if (event.aggregateId === id) all.push(event);
      expect(all.map((event) => ({ ...event }))).toEqual(expected);
      expect(all.every((event) => event instanceof Issued)).toBe(true);
      // The envelope says what is stored.
      expect(all.map(({ eventVersion }) => eventVersion)).toEqual([1, 2, 3, 4]);
    });

    it('keeps the types of values', async () => {
      const id = randomUUID();
      const types = {
        at: { type: 'long', logicalType: 'timestamp-micros' },
        large: 'long',
        small: 'long',
        price: { type: 'bytes', logicalType: 'decimal', precision: 9, scale: 2 },
        raw: 'bytes',
        nested: {
          type: 'array',
          items: {
            type: 'record',
            name: 'Line',
            fields: [{ name: 'on', type: { type: 'int', logicalType: 'date' } }],
          },
        },
      };
      const payload = {
        at: new Date('2026-03-01T10:00:00.123Z'),
        large: 2n ** 62n,
        small: 5n,
        price: '1.50',
        raw: Buffer.from([0, 255]),
        nested: [{ on: new Date('2026-01-31') }],
      };
      await (await deploy({ versions: [types] })).issue(id, payload);
      const next = await deploy({ versions: [types, { ...types, extra: { type: 'string', default: 'é' } }] });
      expect(await next.read(id)).toEqual([{ ...payload, extra: 'é' }]);
    });

    it('gives an upcaster the defaults of fields that were left out', async () => {
      class Steps {
        @Upcast(Issued, { from: 1 })
        step({ note, ...rest }: { note: string }): object {
          return { ...rest, remark: note.toUpperCase() };
        }
      }
      const id = randomUUID();
      const first = { customer: 'string', note: { type: 'string', default: 'none' } };
      await (await deploy({ versions: [first] })).issue(id, { customer: 'Ada' });
      const next = await deploy({
        versions: [first, { customer: 'string', remark: 'string' }],
        upcasts: new Steps(),
      });
      expect(await next.read(id)).toEqual([{ customer: 'Ada', remark: 'NONE' }]);
    });

    it('gives an upcaster the envelope, and the payload by its own version', async () => {
      const id = randomUUID();
      const seen: unknown[] = [];
      class Steps {
        @Upcast(Issued, { from: 2 })
        step(payload: Record<string, unknown>, envelope: EventEnvelope): object {
          seen.push({ ...payload }, envelope.aggregateId, envelope.eventVersion);
          return { customer: payload['customer'], total: String(payload['cents']) };
        }
      }
      await (await deploy({ versions: [V1] })).issue(id, { customer: 'Ada', cents: 5 });
      const next = await deploy({
        versions: [V1, V2, { customer: 'string', total: 'string' }],
        upcasts: new Steps(),
      });
      expect(await next.read(id)).toEqual([{ customer: 'Ada', total: '5' }]);
      expect(seen).toEqual([{ customer: 'Ada', cents: 5, note: null }, id, 1]);
    });

    it.each([
      [
        'throws',
        () => {
          throw new Error('no such currency');
        },
        /it threw no such currency/,
      ],
      ['answers a promise', async () => ({ customer: '', total: '' }), /it answered a promise/],
      ['answers nothing', () => undefined, /it answered no object/],
      [
        'answers what the next schema refuses',
        () => ({ customer: 'Ada', total: 5 }),
        /total: expected string, got number 5/,
      ],
    ])('fails clearly when an upcaster %s', async (_what, body: () => unknown, message) => {
      class Steps {
        @Upcast(Issued, { from: 1 })
        step(): object {
          return body() as object;
        }
      }
      const id = randomUUID();
      await (await deploy({ versions: [V1] })).issue(id, { customer: 'Ada', cents: 5 });
      const next = await deploy({
        versions: [V1, { customer: 'string', total: 'string' }],
        upcasts: new Steps(),
      });
      expect(next.problems).toEqual([]);
      const reading = next.read(id);
      await expect(reading).rejects.toThrow(UpcastFailedError);
      await expect(reading).rejects.toThrow(message);
      await expect(reading).rejects.toThrow(/Steps\.step/);
    });

    describe('what an upcaster answers', () => {
      const OLD = { customer: 'string', cents: 'int', line: { type: 'map', values: 'int' } };
      const NEW = {
        customer: 'string',
        total: 'string',
        currency: { type: 'string', default: 'EUR' },
        tags: { type: { type: 'array', items: 'string' }, default: [] },
      };

      class Spreading {
        @Upcast(Issued, { from: 1 })
        step(payload: { cents: number; extra?: number }): object {
          // As it must not be done: it changes what it is given, and lets the old fields through.
          Object.assign(payload, { added: true });
          return { ...payload, total: String(payload.cents), invented: 1 };
        }
      }

      it('gets the defaults of the next version, and loses what that does not declare', async () => {
        const id = randomUUID();
        const payload = { customer: 'Ada', cents: 5, line: { a: 1 } };
        await (await deploy({ versions: [OLD] })).issue(id, payload);
        await (await deploy({ versions: [OLD] })).issue(id, payload);
        const next = await deploy({ versions: [OLD, NEW], upcasts: new Spreading() });
        expect(next.problems).toEqual([]);
        const [first, second] = (await next.read(id)) as [{ tags: string[] }, { tags: string[] }];
        expect(first).toEqual({ customer: 'Ada', total: '5', currency: 'EUR', tags: [] });
        first.tags.push('mine');
        expect(second.tags).toEqual([]);
      });

      it('keeps what was stored beside the declared fields', async () => {
        const id = randomUUID();
        const options = { allowUndeclaredFields: true };
        const stored = JSON.parse(
          '{"customer":"Ada","cents":5,"line":{},"extra":{"a":1},"schema_version":1,"__proto__":{"b":2}}',
        ) as object;
        await (await deploy({ versions: [OLD], options })).issue(id, stored);
        const next = await deploy({ versions: [OLD, NEW], upcasts: new Spreading(), options });
        const [read] = await next.read(id);
        expect(new Map(Object.entries(read!))).toEqual(
          new Map<string, unknown>(
            Object.entries({
              ['__proto__']: { b: 2 },
              customer: 'Ada',
              total: '5',
              currency: 'EUR',
              tags: [],
              extra: { a: 1 },
              schema_version: 1,
            }),
          ),
        );
        expect(({} as Record<string, unknown>)['b']).toBeUndefined();
      });

      it('goes through a chain of steps and rules the same way', async () => {
        class Two extends Spreading {
          @Upcast(Issued, { from: 3 })
          third(payload: object): object {
            return { ...payload, customer: 'Bob', currency: undefined, note: 'gone' };
          }
        }
        const id = randomUUID();
        const options = { allowUndeclaredFields: true };
        const payload = { customer: 'Ada', cents: 5, line: {}, extra: 7 };
        await (await deploy({ versions: [OLD], options })).issue(id, payload);
        const { tags: _, ...THIRD } = NEW;
        const versions = [OLD, NEW, { ...THIRD, note: { type: 'string', default: '' } }, THIRD];
        const next = await deploy({ versions, upcasts: new Two(), options });
        expect(next.problems).toEqual([]);
        expect(await next.read(id)).toEqual([{ customer: 'Bob', total: '5', currency: 'EUR', extra: 7 }]);
      });
    });

    it('reads a text that is no UUID as it is where only UUIDs are written now', async () => {
      const id = randomUUID();
      const uuid = { type: 'string', logicalType: 'uuid' };
      const old = { a: 'string', b: { type: 'array', items: ['null', 'string'] }, c: 'bytes' };
      await (
        await deploy({ versions: [old] })
      ).issue(id, { a: 'x', b: [null, 'y', id], c: Buffer.from('z') });
      const next = await deploy({
        versions: [old, { a: uuid, b: { type: 'array', items: ['null', uuid] }, c: uuid }],
      });
      expect(next.problems).toEqual([]);
      expect(await next.read(id)).toEqual([{ a: 'x', b: [null, 'y', id], c: 'z' }]);
      await expect(next.issue(id, { a: 'x', b: [], c: id })).rejects.toThrow(EventSchemaError);
    });

    it('says so when a stored payload is not of its version', async () => {
      const id = randomUUID();
      const lax = { validate: 'on-demand' } as const;
      await (await deploy({ versions: [V1], options: lax })).issue(id, { customer: 5, cents: 5 });
      const { read } = await deploy({ versions: [V1, { customer: 'bytes', cents: 'int' }], options: lax });
      await expect(read(id)).rejects.toThrow(CorruptEventError);
      await expect(read(id)).rejects.toThrow(/customer/);
    });

    it('leaves events alone that were stored without a schema', async () => {
      const id = randomUUID();
      const bare = new DomainModel();
      bare.add(Bill);
      const store = new EventStore({
        model: bare,
        schemas: new SchemaRegistry(),
        journal,
        publisher: { publish: async () => {} },
        context: new MessageContext(),
        options: { validateAlways: true, addSchemaVersionToEventData: false },
      });
      await store.append({ aggregate: Bill, id }, [new Issued({ anything: 1 })]);
      const { read } = await deploy({ versions: [V1, V2] });
      expect(await read(id)).toEqual([{ anything: 1 }]);
    });

    describe('an older deployment', () => {
      it('reads a newer version by the schema that the journal has kept', async () => {
        const id = randomUUID();
        await (await deploy({ versions: [V1, V2] })).issue(id, { customer: 'Ada', cents: 5, note: 'n' });
        const older = await deploy({ versions: [V1] });
        expect(older.problems).toEqual([]);
        expect(await older.read(id)).toEqual([{ customer: 'Ada', cents: 5 }]);
      });

      it('says what is wrong where it cannot', async () => {
        const id = randomUUID();
        const changed = {
          versions: [V1, { customer: 'string' }],
          options: { compatibility: 'none' as const },
        };
        await (await deploy(changed)).issue(id, { customer: 'Ada' });
        const older = await deploy({ versions: [V1] });
        const reading = older.read(id);
        await expect(reading).rejects.toThrow(UnreadableVersionError);
        await expect(reading).rejects.toMatchObject({ eventType: 'bill_issued', eventVersion: 2 });
        await expect(reading).rejects.toThrow(/cents/);
      });

      describe('where a hand-written step lies between', () => {
        class CentsToTenths {
          @Upcast(Issued, { from: 2 })
          tenths({ cents, ...rest }: { cents: number }): object {
            return { ...rest, cents: cents / 10 };
          }
        }
        // What the fields mean has changed, but Avro's rules could not tell.
        const versions = [V1, V2, V2, V2];

        it('does not read a newer version', async () => {
          const id = randomUUID();
          const newer = await deploy({ versions, upcasts: new CentsToTenths() });
          expect(newer.problems).toEqual([]);
          await newer.issue(id, { customer: 'Ada', cents: 50, note: null });
          for (const count of [1, 2]) {
            const older = await deploy({ versions: versions.slice(0, count) });
            expect(older.problems).toEqual([]);
            const reading = older.read(id);
            await expect(reading).rejects.toThrow(UnreadableVersionError);
            await expect(reading).rejects.toThrow(
              new RegExp(`an @Upcast lies between the two.*Deploy with the schema files up to that version`),
            );
          }
        });

        it('reads a newer version when the step is below both', async () => {
          const id = randomUUID();
          await (
            await deploy({ versions, upcasts: new CentsToTenths() })
          ).issue(id, { customer: 'Ada', cents: 5, note: null });
          const older = await deploy({ versions: versions.slice(0, 3), upcasts: new CentsToTenths() });
          expect(await older.read(id)).toEqual([{ customer: 'Ada', cents: 5, note: null }]);
        });

        it('keeps the steps with the schema, also those that are only announced', async () => {
          const announced = (version: number): string =>
            JSON.stringify({
              type: 'record',
              name: 'bill_issued',
              upcast: version === 2,
              fields: [{ name: 'customer', type: 'string' }],
            });
          class Both extends CentsToTenths {
            @Upcast(Issued, { from: 1 })
            same(payload: object): object {
              return payload;
            }
          }
          const { issue } = await deploy({ versions: [1, 2, 3, 4].map(announced), upcasts: new Both() });
          await issue(randomUUID(), { customer: 'Ada' });
          const [kept] = await journal.archive.find(['bill_issued']);
          expect(kept).toMatchObject({ eventVersion: 4, upcastFrom: [1, 2] });
        });
      });
    });

    it('reads by the kept schema where the file is gone', async () => {
      const id = randomUUID();
      await (await deploy({ versions: [V1] })).issue(id, { customer: 'Ada', cents: 5 });
      const without = await deploy({ versions: ['{', V2], options: { onProblem: 'warn' } });
      expect(without.problems.map(({ code }) => code)).toEqual(['SCHEMA_NOT_JSON']);
      expect(await without.read(id)).toEqual([{ customer: 'Ada', cents: 5 }]);
    });

    describe('a schema that events were written with', () => {
      const text = (doc: string) => record([{ name: 'customer', type: 'string', doc }], { doc });

      it('may get other docs, layout and attributes of one own', async () => {
        await (await deploy({ versions: [text('a')] })).issue(randomUUID(), { customer: 'Ada' });
        const reworded = JSON.stringify(
          { ...(JSON.parse(text('b')) as object), pii: ['customer'] },
          undefined,
          4,
        );
        const next = await deploy({ versions: [reworded] });
        expect(next.problems).toEqual([]);
        await next.issue(randomUUID(), { customer: 'Bob' });
      });

      it('must not be edited in place', async () => {
        await (await deploy({ versions: [V1] })).issue(randomUUID(), { customer: 'Ada', cents: 5 });
        const edited = await deploy({ versions: [{ customer: 'string', cents: 'long' }] });
        expect(edited.problems).toEqual([
          expect.objectContaining({
            code: 'SCHEMA_CHANGED',
            aggregate: 'bill',
            event: 'bill_issued',
            version: 1,
            path: 'cents',
            message: expect.stringMatching(
              /cents: was int, is long; restore it, and put the change into v2_bill_issued/,
            ),
          }),
        ]);
      });

      it('is what they are read by, whatever was edited, where that is only a warning', async () => {
        const id = randomUUID();
        await (await deploy({ versions: [V1] })).issue(id, { customer: 'Ada', cents: 5 });
        const options = { onProblem: 'warn' } as const;
        const edited = { customer: 'string', euros: { type: 'string', default: '0' } };
        const renamed = record([
          { name: 'customer', type: 'string' },
          { name: 'amount', type: 'long', aliases: ['cents'] },
        ]);
        const next = await deploy({ versions: [edited, renamed], options });
        expect(next.problems.map(({ code }) => code)).toContain('SCHEMA_CHANGED');
        expect(await next.read(id)).toEqual([{ customer: 'Ada', amount: 5 }]);
        await next.issue(id, { customer: 'Bob', amount: 7 });

        const newest = await deploy({ versions: [V1, edited], options });
        expect(newest.problems).toEqual([expect.objectContaining({ code: 'SCHEMA_CHANGED', version: 2 })]);
        await expect(newest.issue(id, { customer: 'Cid', euros: '1' })).rejects.toThrow(/SCHEMA_CHANGED/);
        expect(await newest.read(id)).toEqual([
          { customer: 'Ada', euros: '0' },
          { customer: 'Bob', amount: 7 },
        ]);
      });

      it('is also what a hand-written step takes', async () => {
        class Steps {
          @Upcast(Issued, { from: 1 })
          step(payload: { cents: number; customer: string }): object {
            return { ...payload, total: String(payload.cents) };
          }
        }
        const id = randomUUID();
        await (await deploy({ versions: [V1] })).issue(id, { customer: 'Ada', cents: 5 });
        const next = await deploy({
          versions: [{ customer: 'string' }, { customer: 'string', total: 'string' }],
          upcasts: new Steps(),
          options: { onProblem: 'warn' },
        });
        expect(await next.read(id)).toEqual([{ customer: 'Ada', total: '5' }]);
      });

      it('may be edited before the first event', async () => {
        await deploy({ versions: [V1] });
        expect((await deploy({ versions: [{ customer: 'string' }] })).problems).toEqual([]);
      });

      it('is kept before the first event, and what contradicts it is not stored', async () => {
        const first = await deploy({ versions: [V1] });
        const second = await deploy({ versions: [{ customer: 'string' }] });
        const id = randomUUID();
        await first.issue(id, { customer: 'Ada', cents: 5 });
        const appending = second.issue(id, { customer: 'Bob' });
        await expect(appending).rejects.toThrow(EventSchemaError);
        await expect(appending).rejects.toThrow(/SCHEMA_CHANGED/);
        expect(await first.read(id)).toHaveLength(1);
      });

      it('has one meaning, also when several deployments begin at once', async () => {
        const deployments = await Promise.all(
          Array.from({ length: 8 }, (_, i) =>
            deploy({ versions: [{ customer: 'string', [`f${i % 2}`]: 'int' }] }),
          ),
        );
        const id = randomUUID();
        const results = await Promise.allSettled(
          deployments.map(({ issue }, i) => issue(`${id}-${i}`, { customer: 'Ada', [`f${i % 2}`]: i })),
        );
        const stored = results.map(({ status }) => status === 'fulfilled');
        const winner = stored.indexOf(true) % 2;
        expect(stored).toEqual(stored.map((_, i) => i % 2 === winner));
      });
    });

    describe('an event that is renamed', () => {
      @EventType('invoice_sent', { aliases: ['bill_issued'] })
      class Sent extends DomainEvent {}

      @Aggregate({ name: 'bill' })
      class Invoice extends AggregateRoot {
        @Apply(Sent)
        protected onSent(): void {
          // Nothing is folded.
        }
      }
      const renamed = { aggregate: Invoice as never, event: Sent as never };
      const asBefore = record([{ name: 'customer', type: 'string' }]);
      const next = record([{ name: 'client', type: 'string', aliases: ['customer'] }], {
        name: 'invoice_sent',
        aliases: ['bill_issued'],
      });

      it('keeps its versions under the new name, and its old rows readable', async () => {
        const id = randomUUID();
        await (await deploy({ versions: [asBefore] })).issue(id, { customer: 'Ada' });
        const after = await deploy({ ...renamed, versions: [asBefore, next] });
        expect(after.problems).toEqual([]);
        await after.issue(id, { client: 'Bob' });
        expect(await after.read(id)).toEqual([{ client: 'Ada' }, { client: 'Bob' }]);
      });

      it('is compared with what was written under the old name', async () => {
        await (await deploy({ versions: [asBefore] })).issue(randomUUID(), { customer: 'Ada' });
        const after = await deploy({
          ...renamed,
          versions: [record([{ name: 'other', type: 'int' }]), next],
        });
        expect(after.problems.map(({ code, version }) => [code, version])).toContainEqual([
          'SCHEMA_CHANGED',
          1,
        ]);
      });

      it('is unknown to a deployment that claims no alias', async () => {
        const id = randomUUID();
        const other = { ...renamed, versions: [asBefore, next] };
        await (await deploy(other)).issue(id, { client: 'Ada' });
        const { read } = await deploy({ versions: [asBefore] });
        await expect(read(id)).rejects.toThrow(UnknownEventTypeError);
      });
    });
  });
}
