import { Injectable } from '@nestjs/common';
import { Aggregate, AggregateRoot, Apply, DomainEvent, Upcast } from 'nestevents';

/** It has the fields of version 4, whatever version was stored. */
export class ReadingTaken extends DomainEvent {
  constructor(
    readonly kilowattHours: string,
    readonly takenBy: string,
    readonly source: string,
  ) {
    super();
  }
}

@Aggregate()
export class Meter extends AggregateRoot {
  kilowattHours = '0.000';

  takeReading(kilowattHours: string, takenBy: string, source: string): void {
    this.apply(new ReadingTaken(kilowattHours, takenBy, source));
  }

  @Apply(ReadingTaken)
  protected onReadingTaken(event: ReadingTaken): void {
    this.kilowattHours = event.kilowattHours;
  }
}

@Injectable()
export class MeterUpcasts {
  @Upcast(ReadingTaken, { from: 3 })
  toKilowattHours({ wattHours, ...rest }: { wattHours: number | bigint }): object {
    const digits = String(wattHours).padStart(4, '0');
    return { ...rest, kilowattHours: `${digits.slice(0, -3)}.${digits.slice(-3)}` };
  }
}
