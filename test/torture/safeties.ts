/** The safeties that can be switched off, one at a time, to see that the torture notices. */
export const SAFETIES = ['compare-and-set', 'hole-check', 'transaction-join', 'side-track'] as const;

/** One of the library's safeties. */
export type Safety = (typeof SAFETIES)[number];
