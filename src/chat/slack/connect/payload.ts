import { fieldOf, type Payload } from '../../connect/payload.ts';

const short = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value.slice(0, 100) : undefined;

/** Whether Slack sends it again by itself until somebody took it. */
export const isEvent = (body: Payload): boolean => body.type === 'event_callback' || body.event !== undefined;

/** `event_id`, the same in every delivery of the event; null where there is none. */
export const eventIdOf = (body: Payload): string | null => short(body.event_id) ?? null;

/** What a payload is about, for the log: ids and names of ours, never what somebody wrote or a way to answer. */
export function aboutPayload(body: Payload): Record<string, unknown> {
  const { actions } = body;
  const about = {
    type: short(body.type) ?? (body.command === undefined ? undefined : 'command'),
    event: short(fieldOf(body.event, 'type')),
    event_id: short(body.event_id),
    action: Array.isArray(actions) ? short(fieldOf(actions[0], 'action_id')) : undefined,
    callback: short(body.callback_id) ?? short(fieldOf(body.view, 'callback_id')),
    user: short(fieldOf(body.user, 'id')) ?? short(body.user_id) ?? short(fieldOf(body.event, 'user')),
    team: short(fieldOf(body.team, 'id')) ?? short(body.team_id),
    channel: short(fieldOf(body.channel, 'id')) ?? short(body.channel_id),
  };
  return Object.fromEntries(Object.entries(about).filter(([, value]) => value !== undefined));
}
