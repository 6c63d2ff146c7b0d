import type { MessageView } from '../src/message/view.ts';
import type { Severity } from '../src/values/scalars.ts';

/** Which channel a message belongs to, as the home names them; for `person` only that person sees it. */
export interface Route {
  kind: 'alerts' | 'reviews' | 'digest' | 'person';
  workflow?: string;
  severity?: Severity;
  /** Key of the person, where it is for one. */
  person?: string;
}

/** A line below a message, posted once: `key` is the same however often the fact is drawn. */
export interface ThreadLine {
  key: string;
  view: MessageView;
}

/** A message about a fact as it stands now, the lines below it, and where it belongs. */
export interface Drawing {
  view: MessageView;
  thread: ThreadLine[];
  route: Route;
}
