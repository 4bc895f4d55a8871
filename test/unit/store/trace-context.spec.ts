import { context, createTraceState, trace, TraceFlags, type SpanContext } from '@opentelemetry/api';
import fc from 'fast-check';
import { traceOf } from '../../../src/store/index.js';
import { withTrace } from '../../../src/store/trace-context.js';
import { InstalledTelemetry } from '../../fixtures/opentelemetry.js';

const hex = (length: number) =>
  fc
    .array(
      fc.nat(15).map((digit) => digit.toString(16)),
      { minLength: length, maxLength: length },
    )
    .map((digits) => digits.join(''))
    .filter((text) => /[^0]/.test(text));

const within = <T>(span: SpanContext, work: () => T): T =>
  context.with(trace.setSpanContext(context.active(), span), work);

const recordOf = (metadata: object) => ({ metadata: JSON.stringify(metadata) });

describe('the trace of an event', () => {
  let telemetry: InstalledTelemetry;

  beforeEach(() => {
    telemetry = new InstalledTelemetry();
  });

  afterEach(async () => {
    await telemetry.remove();
  });

  it('is read as it was written', () => {
    fc.assert(
      fc.property(hex(32), hex(16), fc.nat(255), fc.option(hex(8)), (traceId, spanId, flags, state) => {
        const traceState = state === null ? undefined : createTraceState(`vendor=${state},b=2`);
        const metadata = within({ traceId, spanId, traceFlags: flags, traceState }, () =>
          withTrace({ a: 1 }),
        );
        expect(metadata).toMatchObject({
          a: 1,
          traceparent: expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/),
        });
        const read = traceOf(recordOf(metadata));
        expect(read).toMatchObject({
          traceId,
          spanId,
          isRemote: true,
          traceFlags: flags & TraceFlags.SAMPLED,
        });
        expect(read?.traceState?.serialize()).toBe(traceState?.serialize());
      }),
    );
  });

  it('is not added where there is none', () => {
    const given = { commandId: 'c1' };
    expect(withTrace(given)).toBe(given);
    const invalid = { traceId: '0'.repeat(32), spanId: 'a'.repeat(16), traceFlags: 1 };
    expect(within(invalid, () => withTrace(given))).toBe(given);
  });

  it.each([{ traceparent: 'mine' }, { tracestate: 'a=b' }, { traceparent: null }])(
    'does not take the place of what the caller gave: %j',
    (given) => {
      const active = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 };
      expect(within(active, () => withTrace(given))).toBe(given);
    },
  );

  it('of a later version is understood as far as it goes', () => {
    const traceparent = `cc-${'a'.repeat(32)}-${'b'.repeat(16)}-09-what-the-future-brings`;
    expect(traceOf(recordOf({ traceparent }))).toMatchObject({ traceId: 'a'.repeat(32), traceFlags: 1 });
  });

  it.each([
    ['text', { traceparent: 'mine' }],
    ['a number', { traceparent: 7 }],
    ['an object', { traceparent: { traceparent: 'x' } }],
    ['nothing', { traceparent: null }],
    ['zeros', { traceparent: `00-${'0'.repeat(32)}-${'b'.repeat(16)}-01` }],
    ['a forbidden version', { traceparent: `ff-${'a'.repeat(32)}-${'b'.repeat(16)}-01` }],
    ['more than version 00 has', { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01-x` }],
    ['capitals', { traceparent: `00-${'A'.repeat(32)}-${'b'.repeat(16)}-01` }],
    ['one that is deeper', { request: { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` } }],
    ['none', { user: 'me' }],
  ])('is passed over when it is %s', (_, metadata) => {
    expect(traceOf(recordOf(metadata))).toBeUndefined();
  });

  it('survives any metadata', () => {
    fc.assert(
      fc.property(fc.record({ traceparent: fc.jsonValue(), tracestate: fc.jsonValue() }), (metadata) => {
        expect(() => traceOf(recordOf(metadata))).not.toThrow();
      }),
    );
  });
});
