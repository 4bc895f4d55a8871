import { validate, version } from 'uuid';
import { newEventId } from '../../../src/domain/new-event-id.js';

describe('ids of events', () => {
  it('are UUIDs of version 7 that tell when they were made', () => {
    const before = Date.now();
    const id = newEventId();
    expect(validate(id)).toBe(true);
    expect(version(id)).toBe(7);
    const made = Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);
    expect(made).toBeGreaterThanOrEqual(before);
    expect(made).toBeLessThanOrEqual(Date.now());
  });

  it('grow, and are never the same, however many are made in a millisecond', () => {
    const ids = Array.from({ length: 20_000 }, newEventId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.toSorted()).toEqual(ids);
  });

  it('cannot be guessed from one another', () => {
    const ends = Array.from({ length: 1_000 }, () => newEventId().slice(-12));
    expect(new Set(ends).size).toBe(ends.length);
  });
});
