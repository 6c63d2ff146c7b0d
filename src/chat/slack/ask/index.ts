import type { App } from '@slack/bolt';
import { CoworkError } from '../../../errors.ts';
import type { AskRow } from '../../../store/schema.ts';
import type { Slack } from '../slack.ts';
import { handleCommand, performWords } from './command.ts';
import { readAsk } from './payload.ts';
import { handleRun } from './run.ts';
import { handleStory, performStory } from './story.ts';

export { handOverFiles } from './files.ts';

/** The command and the two shortcuts. */
export function handleAsked(app: App, slack: Slack): void {
  handleCommand(app, slack);
  handleStory(app, slack);
  handleRun(app, slack);
}

/** Does and answers what was noted as a `command` or a `shortcut`, at once or after the crash of whoever took it. */
export async function performAsked(slack: Slack, ask: AskRow): Promise<void> {
  const payload = readAsk(ask);
  if (payload === null) throw new CoworkError('internal', `ask ${ask.id} holds nothing that this product has noted`);
  if (payload.what === 'words') await performWords(slack, ask, payload);
  else await performStory(slack, ask, payload);
}
