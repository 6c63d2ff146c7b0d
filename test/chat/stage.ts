import type { World } from '#commands/command.ts';
import { raiseAlert } from '#src/alerts/raise.ts';
import { type ActRequest, performAct } from '#src/chat/acts.ts';
import { answerWords } from '#src/chat/command-line.ts';
import { plainText } from '#src/message/plain.ts';
import type { Text } from '#src/message/text.ts';
import type { MessageView } from '#src/message/view.ts';
import type { AlertToRaise } from '#src/runs/ports.ts';
import type { FenceReport } from '#src/skills/fence/layers.ts';
import type { Stage } from '#test/reviews/stage.ts';

const fence: FenceReport = {
  bubblewrap: { holds: true, why: null },
  network: { holds: true, why: null },
  nodePermissions: { holds: true, why: null },
  ownUser: { holds: true, why: null },
} as unknown as FenceReport;

/** The stage as a process that answers sees it. */
export const worldOf = (stage: Stage): World => ({
  ...stage.ground,
  worker: 'product',
  fence: async () => fence,
  homeProblems: async () => [],
});

/** A person clicks. */
export const click = (
  stage: Stage,
  intent: ActRequest['click']['intent'],
  subject: string,
  over: Partial<ActRequest> & { revision?: string | null } = {},
) => {
  const { revision = null, ...rest } = over;
  return performAct(worldOf(stage), {
    click: { intent, subject, revision },
    values: {},
    person: 'jon',
    via: 'console',
    place: 'console:cowork-ops',
    ...rest,
  });
};

/** A person types. */
export const type = (stage: Stage, words: string, person: string | null = 'jon') =>
  answerWords(worldOf(stage), words, { person, via: 'console' });

/** The first line of a message. */
export const firstLine = (view: MessageView): string => textOf(view.summary[0] ?? []);

const textOf = (text: Text): string => plainText(text, { now: new Date(0), zone: 'utc' });

/** Every button that a message offers, by what it asks for. */
export const buttons = (view: MessageView) =>
  view.parts.flatMap((part) => (part.part === 'actions' ? part.actions.map(({ intent }) => intent) : []));

export const raise = (stage: Stage, over: Partial<AlertToRaise> = {}) =>
  stage.db.transaction().execute((tx) =>
    raiseAlert(tx, stage.ground.clock.now(), {
      kind: 'FAIL',
      key: 'FAIL:brief',
      severity: 'P2',
      workflow: 'brief',
      error_class: 'SkillExit',
      error_message: 'exit 1',
      ...over,
    }),
  );
