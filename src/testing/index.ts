export {
  AggregateScenario,
  given,
  ScenarioOutcome,
  type ExpectedError,
  type ScenarioOptions,
} from './aggregate-scenario.js';
export {
  EventSourcingTestingModule,
  type EventSourcingTestingOptions,
} from './event-sourcing-testing.module.js';
