/** What there is to look at: new events, or also handlers that somebody has paused, given back or the like. */
export type News = 'events' | 'handlers';

/** Tells other instances that there is something new, and is told by them. */
export interface WakeUpCalls {
  /** @param news @default 'events' */
  notify(news?: News): void;
  listen(wake: (news: News) => void): Promise<() => Promise<void>>;
  /** Ends everything that is still going on. */
  close(): Promise<void>;
}
