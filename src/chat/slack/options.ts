import type { Here } from '../../message/clock-words.ts';
import type { Chart } from '../../message/view.ts';

/** For whom and where something is drawn for Slack. */
export interface SlackOptions {
  /** The moment and zone for words about time where Slack cannot put the reader's own. */
  here: Here;
  /** Address of the console, without a slash at the end; null where readers cannot reach it: links become words. */
  console: string | null;
  /** Slack's id of a person (by key), or null where they are not linked: then a name, and no mention. */
  idOf: (personKey: string) => string | null;
  /** A modal takes no tables and charts, the App Home neither; both take more blocks, and the modal an alert. */
  surface: 'message' | 'modal' | 'home';
  /** For a workspace that refused the newer blocks, and for charts of which a picture was uploaded. */
  plainer?: Plainer | undefined;
}

export interface Plainer {
  /** Tables in a fixed width. */
  tables: boolean;
  /**
   * Figures in a fixed width, or for each chart the picture that was uploaded of it. Where there is none (null), Slack
   * draws the chart if it can and `tables` does not say that it refuses the newer blocks; else its figures are shown.
   */
  charts: 'text' | ((chart: Chart) => Picture | null);
}

/** A picture that Slack holds already. */
export interface Picture {
  /** `F…` */
  slackFileId: string;
  /** What is to be seen in it, for those who cannot; at most 2000 characters. */
  alt: string;
}
