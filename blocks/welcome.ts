import type { Text } from '../src/message/text.ts';
import type { MessageView } from '../src/message/view.ts';
import { sentenceList } from '../src/people/names.ts';
import type { WelcomeFact } from '../src/reports/welcome-fact.ts';
import { command } from './say.ts';

/** Told once at each place: what will come here, that a message changes in place, and how to ask. */
export function welcomeView(fact: WelcomeFact): MessageView {
  const head: Text = [`Cowork Ops ${whatComes(fact)}`];
  return {
    summary: [head],
    parts: [
      { part: 'headline', tone: 'info', text: head },
      { part: 'prose', lines: [...linesOf(fact), ...MANNER] },
      {
        part: 'actions',
        actions: [
          { intent: 'command', subject: 'status', label: 'Show status', style: 'plain' },
          { intent: 'command', subject: 'help', label: 'Help', style: 'plain' },
        ],
      },
    ],
    mentions: [],
  };
}

function whatComes({ alerts, reviews_of, digest, fallback }: WelcomeFact): string {
  const kinds = [
    alerts.length > 0 ? `alerts (${alerts.join(', ')})` : '',
    reviews_of.length > 0 ? 'what waits for review' : '',
    digest ? 'the daily digest' : '',
    fallback ? 'what cannot be said elsewhere' : '',
  ].filter((kind) => kind !== '');
  if (kinds.length > 0) return `posts here: ${sentenceList(kinds)}.`;
  return 'knows this channel, and nothing is sent here yet: no workflow and no rule of cowork.yaml names it.';
}

const MOST = 8;

const linesOf = ({ alerts_of, reviews_of }: WelcomeFact): Text[] => [
  ...(alerts_of.length > 0 ? [[`Alerts of ${sentenceList(alerts_of, MOST)}.`]] : []),
  ...(reviews_of.length > 0 ? [[`Reviews of ${sentenceList(reviews_of, MOST)}.`]] : []),
];

const MANNER: Text[] = [
  ['Each matter is one message that changes as things move on; its buttons act for those whom cowork.yaml allows.'],
  ['To ask: ', command('status'), ', ', command('queue'), ' or ', command('help'), '.'],
];
