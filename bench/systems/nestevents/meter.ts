import { Aggregate, AggregateRoot, Apply, DomainEvent } from 'nestevents';
import type { Reading } from '../../harness/reading.js';

/** The event that everything is measured with. */
export class ReadingTaken extends DomainEvent implements Reading {
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

  constructor(reading: Reading) {
    super();
    this.meterNumber = reading.meterNumber;
    this.reading = reading.reading;
    this.unit = reading.unit;
    this.tariff = reading.tariff;
    this.voltage = reading.voltage;
    this.estimated = reading.estimated;
    this.takenAt = reading.takenAt;
    this.takenBy = reading.takenBy;
    this.place = reading.place;
    this.comment = reading.comment;
  }
}

/** The aggregate of the event. */
@Aggregate()
export class Meter extends AggregateRoot {
  readings = 0;
  sum = 0;

  take(reading: Reading): void {
    this.apply(new ReadingTaken(reading));
  }

  @Apply(ReadingTaken)
  protected onReadingTaken({ reading }: ReadingTaken): void {
    this.readings += 1;
    this.sum += reading;
  }
}
