import { randomUUID } from 'node:crypto';
import type { Context, Hono } from 'hono';
import { html } from 'hono/html';
import type { Answer, World } from '../../../commands/command.ts';
import { commands } from '../../../commands/index.ts';
import { performAct } from '../../chat/acts.ts';
import { answerWords } from '../../chat/command-line.ts';
import { complete } from '../../chat/completion.ts';
import { invalid } from '../../errors.ts';
import type { Ground } from '../../ground.ts';
import { decodeAction } from '../../message/action.ts';
import type { Session } from '../../people/sessions.ts';
import { wantsJson } from '../boundary.ts';
import { formOf, LONGEST_RUN_BODY } from '../form.ts';
import { layout } from '../pages/layout.ts';
import type { Sessions } from '../session.ts';
import { FIELD_PREFIX } from '../view/actions.ts';
import { channelView, firstChannel, requireChannel } from './facts.ts';
import { onceAtATime, requireUnsent } from './last-started.ts';
import { answerArticle, type Reading } from './message.ts';
import { channelPageHtml, channelPath, type Said } from './page.ts';
import { wayOn } from './way-on.ts';

/** What an answer is drawn from, for as long as somebody waits for it. */
export type AskedWorld = (context: Context) => Promise<World>;

/** Buttons, typed commands and how they can go on: each answered to the one who asked, by script or as a whole page. */
export function askRoutes(app: Hono, ground: Ground, sessions: Sessions, world: AskedWorld): void {
  app.post('/acts', async (context) => {
    const { form, session, channel } = await asked(context, sessions);
    const click = decodeAction(form.code ?? '');
    if (!click) {
      throw invalid('This button was not made by this version of the console, so nothing was done. Reload the page.');
    }
    const values = valuesOf(form);
    const starts = click.intent === 'run' || click.intent === 'rerun';
    const place = `console:${channel || `@${session.person}`}`;
    const answer = await once(context, session, form, starts, async () =>
      performAct(await world(context), { click, values, person: session.person, via: 'console', place }),
    );
    return reply(context, channel, answer, { about: `${click.intent} ${click.subject}`, reads: false });
  });

  app.post('/commands', async (context) => {
    const { form, session, channel } = await asked(context, sessions);
    const words = form.words ?? '';
    const answer = await once(context, session, form, starting(words), async () =>
      answerWords(await world(context), words, { person: session.person, via: 'console' }),
    );
    return reply(context, channel, answer, { about: words.trim() || '/cowork help', reads: onlyReads(words) });
  });

  app.get('/commands/complete', async (context) => {
    const { person } = await sessions.reader(context);
    const words = (context.req.query('words') ?? '').slice(0, LONGEST_WORDS);
    const line = beginning(words);
    const found = await complete(await world(context), line, person);
    return context.json(found.map(({ text, hint }) => wayOn(line, text, hint)));
  });

  /** A form is done once: by the script, which waits for its answer, or by a page that says what it was drawn from. */
  async function once(context: Context, session: Session, form: Form, starts: boolean, act: () => Promise<Answer>) {
    const { csrf: _mask, ...what } = form;
    return onceAtATime(JSON.stringify([session.csrf, context.req.path, what]), async () => {
      if (starts && !wantsJson(context)) await requireUnsent(ground, session.person, form.asked);
      return act();
    });
  }

  /**
   * `reads`: what was asked changes nothing, so that the script may offer to ask it again by one key. The script is also
   * told whether it was `done`: what one typed stays to be mended where it was not.
   */
  async function reply(
    context: Context,
    channel: string,
    { view, exit }: Answer,
    { about, reads }: { about: string; reads: boolean },
  ): Promise<Response> {
    const viewer = await sessions.reader(context);
    const said: Said = { view, about };
    if (wantsJson(context)) {
      const { team } = (await ground.homes.active()).home;
      const reading: Reading = {
        ...{ now: ground.clock.now(), zone: team.timezone, csrf: viewer.csrf, me: viewer.person },
        ...{ channel, asked: null },
      };
      const drawn = await answerArticle(said, `a-${randomUUID().slice(0, 8)}`, reading);
      return context.json({ html: String(drawn), reads, done: exit === 0 });
    }
    const shown = await channelView(ground, viewer, channel || (await firstChannel(ground, viewer.person)));
    if (channel !== '') {
      const body = channelPageHtml(shown, viewer, said);
      return context.html(layout({ title: channel, section: 'channels', frame: 'desk', viewer, body }));
    }
    const body = html`<h1>The answer</h1>${answerArticle(said, 'a-0', shown.reading)}<p class="jump"><a href="${channelPath(shown.channel)}">The channels</a></p>`;
    return context.html(layout({ title: 'The answer', viewer, body }));
  }
}

type Form = Record<string, string>;

/** Who sent the form, with its secret checked, and the channel it was sent from; '' for a page of its own. */
async function asked(context: Context, sessions: Sessions) {
  const form = await formOf(context, LONGEST_RUN_BODY);
  const session = await sessions.sender(context, form);
  const channel = form.channel ?? '';
  if (channel !== '') requireChannel(channel, session.person);
  return { form, session, channel };
}

const valuesOf = (form: Form): Form =>
  Object.fromEntries(
    Object.entries(form).flatMap(([name, value]) =>
      name.startsWith(FIELD_PREFIX) ? [[name.slice(FIELD_PREFIX.length), value]] : [],
    ),
  );

const LONGEST_WORDS = 2000;
const FIRST_WORD = /^\s*(?:\/?cowork(?:-ops)?(?:\s+|$))?(\S*)/i;
const firstWord = (words: string): string => FIRST_WORD.exec(words)?.[1]?.toLowerCase() ?? '';

/** Typed words that start a run. */
const starting = (words: string): boolean => ['run', 'rerun'].includes(firstWord(words));

const onlyReads = (words: string): boolean =>
  commands.find(({ name }) => name === (firstWord(words) || 'help'))?.reads ?? true;

/** Whoever has typed `/`, `/co` is on the way to `/cowork `. */
const beginning = (words: string): string =>
  words.trim() !== '' && '/cowork'.startsWith(words.trim().toLowerCase()) ? '/cowork ' : words;
