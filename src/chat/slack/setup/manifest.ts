import { commands } from '../../../../commands/index.ts';
import { invalid } from '../../../errors.ts';
import { checkManifest } from './check-manifest.ts';
import { type AppManifest, EVENTS, SCOPES } from './scopes.ts';

/** The slash command, and the callback ids of the two shortcuts; handlers are registered under these names. */
export const SLASH_COMMAND = '/cowork';
export const SHORTCUTS = { whatHappened: 'what_happened', runWorkflow: 'run_workflow' } as const;

/** Where Slack sends everything in HTTP mode. */
export const EVENTS_PATH = '/slack/events';

/**
 * The app as Slack's "From a manifest" takes it, made of the one list of commands and the one table of scopes. `http` is
 * the address under which Slack reaches the product; null is Socket Mode, which needs none.
 * @throws CoworkError `invalid` for an address that Slack would not call.
 */
export function slackManifest({ http }: { http: string | null }): AppManifest {
  const requests = http === null ? undefined : requestUrl(http);
  const manifest: AppManifest = {
    _metadata: { major_version: 1, minor_version: 1 },
    display_information: {
      name: 'Cowork Ops',
      description: 'Runs your Cowork skills on schedule, asks people to approve, and says at once what failed.',
      long_description: LONG,
      background_color: '#1f2937',
    },
    features: {
      // Where the tab is read-only, nobody can type /cowork in their conversation with the bot.
      app_home: { home_tab_enabled: true, messages_tab_enabled: true, messages_tab_read_only_enabled: false },
      bot_user: { display_name: 'cowork-ops', always_online: true },
      shortcuts: [
        {
          name: 'Run a workflow',
          type: 'global',
          callback_id: SHORTCUTS.runWorkflow,
          description: 'Start one of your workflows with its inputs',
        },
        {
          name: 'What happened?',
          type: 'message',
          callback_id: SHORTCUTS.whatHappened,
          description: 'The story of the run that this message is about',
        },
      ],
      slash_commands: [
        {
          command: SLASH_COMMAND,
          description: 'Ask Cowork Ops: how it stands, what waits, what it was worth',
          usage_hint: usageHint(),
          // Mentions then arrive as ids, which nobody can fake by typing a name.
          should_escape: true,
          ...(requests ? { url: requests } : {}),
        },
      ],
    },
    oauth_config: {
      scopes: {
        bot: SCOPES.map(({ scope }) => scope),
        bot_optional: SCOPES.filter(({ required }) => !required).map(({ scope }) => scope),
      },
    },
    settings: {
      event_subscriptions: {
        ...(requests ? { request_url: requests } : {}),
        bot_events: EVENTS.map(({ event }) => event),
      },
      interactivity: { is_enabled: true, ...(requests ? { request_url: requests } : {}) },
      org_deploy_enabled: false,
      socket_mode_enabled: http === null,
      // A rotated token ends after twelve hours, and the product holds no secret with which to renew it.
      token_rotation_enabled: false,
    },
  };
  const problems = checkManifest(manifest);
  if (problems.length > 0) throw new Error(`the manifest breaks Slack's limits: ${problems.join('; ')}`);
  return manifest;
}

const LONG =
  'Cowork Ops runs a team’s Cowork skills on schedule, checks what came out with deterministic checks, and brings ' +
  'whatever is uncertain to people as a message with Approve and Reject. It promotes exactly the bytes that were ' +
  'approved, tells the right person at once when something failed, and answers /cowork status and /cowork roi. ' +
  'It runs on your own host, and keeps nothing that people write in your channels.';

/** `status | queue | review | …`: the names of the one list. */
const usageHint = (): string => commands.map(({ name }) => name).join(' | ');

/** `https://ops.example.org/slack/events` for the public address of the product. */
function requestUrl(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url?.protocol !== 'https:') {
    throw invalid(
      `Slack calls https addresses only, and ${JSON.stringify(address)} is none. Write the public address of the ` +
        'product, for example: cowork-ops manifest slack --http https://ops.example.org/',
    );
  }
  if (url.username || url.password || url.search || url.hash || !['/', EVENTS_PATH].includes(url.pathname)) {
    throw invalid(
      `${JSON.stringify(address)} has more than a host: Slack calls ${EVENTS_PATH} there, and a path below the host is ` +
        `not supported. Write ${url.origin}/`,
    );
  }
  return `${url.origin}${EVENTS_PATH}`;
}
