import { IsPosition } from '../http/is-position.decorator.js';

/** The query of a read that can wait for a write. */
export class AfterDto {
  @IsPosition(
    'Answer only what shows everything up to this position: the `Event-Position` of a write, so that its client sees it',
  )
  after?: string;
}
