import { DomainEvent } from 'nestevents';

export class TodoCreated extends DomainEvent {
  constructor(readonly label: string) {
    super();
  }
}

export class TodoLabelChanged extends DomainEvent {
  constructor(readonly label: string) {
    super();
  }
}
