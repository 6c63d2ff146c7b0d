import type { Json } from '../shapes.ts';
import type { Api, Method } from './method.ts';

function test({ workspace }: Api): Json {
  const { team, bot, botUser, botName } = workspace;
  return {
    url: `https://${team.domain}.slack.com/`,
    team: team.name,
    user: botName,
    team_id: team.id,
    user_id: botUser,
    bot_id: bot,
    is_enterprise_install: false,
  };
}

const botInfo = ({ workspace }: Api): Json => ({
  bot: {
    id: workspace.bot,
    deleted: false,
    name: 'Cowork',
    updated: 1_700_000_000,
    app_id: workspace.app,
    user_id: workspace.botUser,
    icons: { image_36: '', image_48: '', image_72: '' },
  },
});

const teamInfo = ({ workspace }: Api): Json => ({
  team: {
    id: workspace.team.id,
    name: workspace.team.name,
    domain: workspace.team.domain,
    email_domain: '',
    url: `https://${workspace.team.domain}.slack.com/`,
    icon: { image_default: true },
  },
});

export const authMethods: Record<string, Method> = {
  'auth.test': { scopes: [], run: test },
  'api.test': { scopes: [], run: () => ({}) },
  'bots.info': { scopes: ['users:read'], run: botInfo },
  'team.info': { scopes: ['team:read'], run: teamInfo },
  'apps.connections.open': {
    scopes: [],
    token: 'app',
    run: (api) => ({ url: api.socketUrl() }),
  },
};
