/** The server of the bench; all of Discord's ids are numbers written as text. */
export const GUILD = { id: '410000000000000001', name: 'Bench' };
export const CHANNEL = '420000000000000001';
/** The product, and a bare client of the library's beside it: each is an application of its own. */
export const APPS = {
  product: { application: '430000000000000001', bot: '430000000000000002', token: 'token-of-the-product' },
  bare: { application: '440000000000000001', bot: '440000000000000002', token: 'token-of-the-bare-one' },
} as const;
export type App = keyof typeof APPS;
/** Ana's id there. */
export const ANA = '310000000000000003';

/** One click: what of the template is named otherwise, among it the id and the token that it is answered by. */
export interface Clicked {
  names: Record<string, string>;
  id: string;
  token: string;
}

/** Clicks that are prepared, and then sent through the gateway to one application. */
export interface Round {
  app: App;
  /** An interaction, as JSON. */
  template: string;
  clicks: Clicked[];
  /** At once: a click is over when it was answered, or where no answer comes, acknowledged; a pace waits for nothing. */
  pace: { atOnce: number } | { perSecond: number };
  /** Whether words follow the first answer. */
  answers: boolean;
}
