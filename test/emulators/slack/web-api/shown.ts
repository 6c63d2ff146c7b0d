import type { Channel, Json, Message, UploadedFile, User } from '../shapes.ts';
import type { Workspace } from '../workspace/workspace.ts';

const botProfile = ({ app, bot, team }: Workspace): Json => ({
  id: bot,
  app_id: app,
  user_id: 'U0COWORK01',
  name: 'Cowork',
  deleted: false,
  updated: 1_700_000_000,
  team_id: team.id,
  icons: { image_36: '', image_48: '', image_72: '' },
});

/** A message as answers and payloads carry it; its metadata only on request. */
export function messageObject(workspace: Workspace, message: Message, withMetadata = false): Json {
  return {
    type: 'message',
    user: message.user,
    text: message.text,
    ts: message.ts,
    team: workspace.team.id,
    ...(message.own ? { bot_id: workspace.bot, app_id: workspace.app, bot_profile: botProfile(workspace) } : {}),
    ...(message.blocks.length > 0 ? { blocks: message.blocks } : {}),
    ...(message.attachments.length > 0 ? { attachments: message.attachments } : {}),
    ...(message.files.length > 0 ? { files: message.files } : {}),
    ...(message.thread_ts ? { thread_ts: message.thread_ts } : {}),
    ...(message.editedAt ? { edited: { user: message.user, ts: message.editedAt } } : {}),
    ...(withMetadata && message.metadata ? { metadata: message.metadata } : {}),
  };
}

export function channelObject(workspace: Workspace, channel: Channel): Json {
  const { team, botUser } = workspace;
  const shared = [...channel.members].some((id) => workspace.users.get(id)?.kind === 'stranger');
  if (channel.im) {
    return {
      id: channel.id,
      created: channel.created,
      is_im: true,
      is_archived: false,
      is_org_shared: false,
      is_open: true,
      context_team_id: team.id,
      user: channel.im,
      is_user_deleted: workspace.users.get(channel.im)?.kind === 'gone',
      priority: 0,
    };
  }
  return {
    id: channel.id,
    name: channel.name,
    name_normalized: channel.name,
    is_channel: !channel.private,
    is_group: channel.private,
    is_im: false,
    is_mpim: false,
    is_private: channel.private,
    created: channel.created,
    is_archived: channel.archived,
    is_general: false,
    is_shared: shared,
    is_ext_shared: shared,
    is_org_shared: false,
    is_member: channel.members.has(botUser),
    is_open: false,
    last_read: '0000000000.000000',
    creator: botUser,
    context_team_id: team.id,
    updated: channel.created,
    unlinked: 0,
    topic: { value: '', creator: '', last_set: 0 },
    purpose: { value: '', creator: '', last_set: 0 },
    previous_names: [],
    num_members: channel.members.size,
  };
}

export function userObject(workspace: Workspace, user: User): Json {
  const bot = user.kind === 'bot';
  const guest = user.kind === 'guest';
  return {
    id: user.id,
    team_id: user.team,
    name: user.name,
    deleted: user.kind === 'gone',
    real_name: user.realName,
    tz: 'Europe/Berlin',
    tz_label: 'Central European Time',
    tz_offset: 3600,
    profile: {
      real_name: user.realName,
      real_name_normalized: user.realName,
      display_name: user.name,
      display_name_normalized: user.name,
      title: '',
      phone: '',
      skype: '',
      image_48: '',
      image_192: '',
      status_text: '',
      status_emoji: '',
      status_emoji_display_info: [],
      status_expiration: 0,
      huddle_state: 'default_unset',
      huddle_state_expiration_ts: 0,
      team: user.team,
      ...(user.email && workspace.scopes.has('users:read.email') ? { email: user.email } : {}),
      ...(bot
        ? {
            bot_id: user.id === workspace.botUser ? workspace.bot : user.id.replace('U', 'B'),
            api_app_id: workspace.app,
          }
        : {}),
    },
    is_admin: false,
    is_owner: false,
    is_primary_owner: false,
    is_restricted: guest,
    is_ultra_restricted: false,
    is_bot: bot,
    is_app_user: false,
    is_email_confirmed: !bot,
    updated: 1_700_000_000,
    ...(user.kind === 'stranger' ? { is_stranger: true } : {}),
  };
}

/** Until it is ready a file has no type: neither to show nor to draw. */
export function fileObject(workspace: Workspace, file: UploadedFile, base: string): Json {
  const ready = file.complete && file.notReady <= 0;
  return {
    id: file.id,
    created: file.created,
    timestamp: file.created,
    name: file.name,
    title: file.title,
    mimetype: ready ? file.mimetype : '',
    filetype: ready ? file.name.split('.').at(-1) : '',
    pretty_type: ready ? (file.name.split('.').at(-1) ?? '').toUpperCase() : '',
    user: workspace.botUser,
    user_team: workspace.team.id,
    editable: false,
    size: file.bytes.length,
    mode: 'hosted',
    is_external: false,
    external_type: '',
    public_url_shared: false,
    display_as_bot: false,
    comments_count: 0,
    is_starred: false,
    has_rich_preview: false,
    is_public: file.channels.length > 0,
    url_private: `${base}/files-pri/${file.id}/${encodeURIComponent(file.name)}`,
    url_private_download: `${base}/files-pri/${file.id}/download/${encodeURIComponent(file.name)}`,
    permalink: `https://${workspace.team.domain}.slack.com/files/${file.id}`,
    channels: file.channels.filter((id) => id.startsWith('C')),
    groups: file.channels.filter((id) => id.startsWith('G')),
    ims: file.channels.filter((id) => id.startsWith('D')),
    ...(file.altText ? { alt_txt: file.altText } : {}),
  };
}
