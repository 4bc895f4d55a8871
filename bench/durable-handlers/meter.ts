import { Aggregate, AggregateRoot, Apply, DomainEvent } from 'nestevents';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What is measured with: a small event. */
export class MeterRead extends DomainEvent {
  constructor(
    readonly reading: number,
    readonly place: string,
  ) {
    super();
  }
}

/** The aggregate of the event. */
@Aggregate()
export class Meter extends AggregateRoot {
  read(reading: number): void {
    this.apply(new MeterRead(reading, 'Nordstraße 5'));
  }

  @Apply(MeterRead)
  protected onRead(): void {}
}

/** A read model: the last reading of each meter. */
@Entity('meter_row')
export class MeterRow {
  @PrimaryColumn('text')
  id!: string;

  @Column('int')
  reading!: number;
}
