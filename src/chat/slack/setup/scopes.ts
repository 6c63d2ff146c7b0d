import type { AppsManifestCreateArguments } from '@slack/web-api';

export type AppManifest = AppsManifestCreateArguments['manifest'];
type Scopes = NonNullable<NonNullable<AppManifest['oauth_config']>['scopes']>;
export type BotScope = NonNullable<Scopes['bot']>[number];
export type BotEvent = NonNullable<
  NonNullable<NonNullable<AppManifest['settings']>['event_subscriptions']>['bot_events']
>[number];

/** One bot scope that the app asks for: what uses it, and what is missing where it is not granted. */
export interface ScopeNeed {
  scope: BotScope;
  /** Shown in `docs/slack.md`: what it is for. */
  why: string;
  /** Shown by `doctor` where it is missing; goes on from "without it". */
  without: string;
  /** Without a required one the product is of no use in Slack; an optional one may be declined at the installation. */
  required: boolean;
  /** Web API methods that need it, or one of several like it. */
  methods: readonly string[];
}

/** Every bot scope the app asks for, and none besides; the manifest, `doctor` and the page about Slack are made of it. */
export const SCOPES: readonly ScopeNeed[] = [
  {
    scope: 'chat:write',
    why: 'post messages, and change its own when the fact goes on',
    without: 'nothing can be posted',
    required: true,
    methods: ['chat.postMessage', 'chat.postEphemeral', 'chat.update', 'chat.delete'],
  },
  {
    scope: 'commands',
    why: 'the command /cowork and the two shortcuts',
    without: 'there is no /cowork',
    required: true,
    methods: [],
  },
  {
    scope: 'users:read',
    why: 'tell full members of the workspace from guests, bots and people of other organisations',
    without: 'nobody but the people of cowork.yaml gets an answer',
    required: true,
    methods: ['users.info'],
  },
  {
    scope: 'channels:read',
    why: 'see whether a public channel exists, is archived, and has the bot in it',
    without: 'a public channel that was archived or that the bot left is noticed only when a post fails',
    required: true,
    methods: ['conversations.info'],
  },
  {
    scope: 'groups:read',
    why: 'the same for private channels',
    without: 'a private channel that was archived or that the bot left is noticed only when a post fails',
    required: true,
    methods: ['conversations.info'],
  },
  {
    scope: 'im:write',
    why: 'write to one person: feedback for a skill’s owner, and answers that find no other way',
    without: 'what is meant for one person alone cannot be sent to them',
    required: true,
    methods: ['conversations.open'],
  },
  {
    scope: 'channels:history',
    why: 'look, after a lost answer, whether its own message is in a public channel already; notice when it is deleted',
    without:
      'a message whose answer was lost may be there twice in a public channel: a P1 is posted again at once, anything else with its next change; a deleted one is missed until it changes',
    required: false,
    methods: ['conversations.history', 'conversations.replies'],
  },
  {
    scope: 'groups:history',
    why: 'the same in private channels',
    without: 'the same happens in private channels',
    required: false,
    methods: ['conversations.history', 'conversations.replies'],
  },
  {
    scope: 'im:history',
    why: 'the same in direct messages',
    without: 'the same happens in direct messages',
    required: false,
    methods: ['conversations.history', 'conversations.replies'],
  },
  {
    scope: 'files:write',
    why: 'attach outputs that somebody asks for, and charts as pictures',
    without: 'outputs cannot be had in Slack, and figures come without their picture',
    required: false,
    methods: ['files.getUploadURLExternal', 'files.completeUploadExternal'],
  },
  {
    scope: 'files:read',
    why: 'see that an uploaded picture is ready before it is shown',
    without: 'figures come without their picture',
    required: false,
    methods: ['files.info'],
  },
  {
    scope: 'usergroups:read',
    why: 'see who is in the user group of on_call.slack_group',
    without: 'the user group does not follow the rota',
    required: false,
    methods: ['usergroups.list'],
  },
  {
    scope: 'usergroups:write',
    why: 'make whoever is on call the member of that user group',
    without: 'the user group does not follow the rota',
    required: false,
    methods: ['usergroups.users.update', 'usergroups.enable', 'usergroups.disable'],
  },
];

/** Methods that any bot token may call. `apps.connections.open` takes the app-level token with `connections:write`. */
export const METHODS_WITHOUT_SCOPE: readonly string[] = [
  'auth.test',
  'apps.connections.open',
  'views.open',
  'views.push',
  'views.update',
  'views.publish',
];

/** One event the app subscribes to, why, and the scopes of which it needs one; none where it needs no scope. */
export interface EventNeed {
  event: BotEvent;
  why: string;
  scopes: readonly BotScope[];
}

/** Every event the app subscribes to. Of messages only the deletion of its own is looked at. */
export const EVENTS: readonly EventNeed[] = [
  { event: 'app_home_opened', why: 'the Home tab is drawn for whoever opens it', scopes: [] },
  { event: 'app_uninstalled', why: 'the app was removed from the workspace', scopes: [] },
  { event: 'tokens_revoked', why: 'the token was taken away', scopes: [] },
  { event: 'channel_archive', why: 'a channel we post to was archived', scopes: ['channels:read'] },
  { event: 'channel_unarchive', why: 'it is back', scopes: ['channels:read'] },
  { event: 'channel_deleted', why: 'it was deleted', scopes: ['channels:read'] },
  { event: 'channel_left', why: 'the bot was removed from it', scopes: ['channels:read'] },
  { event: 'group_archive', why: 'a private channel we post to was archived', scopes: ['groups:read'] },
  { event: 'group_unarchive', why: 'it is back', scopes: ['groups:read'] },
  { event: 'group_deleted', why: 'it was deleted', scopes: ['groups:read'] },
  { event: 'group_left', why: 'the bot was removed from it', scopes: ['groups:read'] },
  { event: 'member_joined_channel', why: 'the bot was invited', scopes: ['channels:read', 'groups:read'] },
  { event: 'member_left_channel', why: 'the bot was removed', scopes: ['channels:read', 'groups:read'] },
  { event: 'channel_id_changed', why: 'a channel we post to has another id now', scopes: ['channels:read'] },
  { event: 'message.channels', why: 'one of its own messages was deleted', scopes: ['channels:history'] },
  { event: 'message.groups', why: 'the same in a private channel', scopes: ['groups:history'] },
  { event: 'message.im', why: 'the same in a direct message', scopes: ['im:history'] },
];
