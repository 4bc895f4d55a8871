/** The payload that everything is measured with: 250 bytes as JSON. */
export interface Reading {
  readonly meterNumber: string;
  readonly reading: number;
  readonly unit: string;
  readonly tariff: number;
  readonly voltage: number;
  readonly estimated: boolean;
  readonly takenAt: string;
  readonly takenBy: string;
  readonly place: string;
  readonly comment: string;
}

/** The nth reading. All are of one length. */
export function readingOf(n: number): Reading {
  return {
    meterNumber: '1EMH0012345678',
    reading: 100_000 + (n % 900_000),
    unit: 'kWh',
    tariff: 2,
    voltage: 230.4,
    estimated: false,
    takenAt: '2026-11-22T04:13:10.711Z',
    takenBy: 'reader-17',
    place: 'Nordstraße 5, 20095 Hamburg',
    comment: 'The door was open, seals intact.',
  };
}

/** Several readings from the nth on. */
export function readingsFrom(n: number, count: number): Reading[] {
  return Array.from({ length: count }, (_, index) => readingOf(n + index));
}
