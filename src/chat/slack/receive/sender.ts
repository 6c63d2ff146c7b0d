import type { UsersInfoResponse } from '@slack/web-api';
import { within } from '../../within.ts';
import { plainError } from '../connect/library-log.ts';
import { fieldOf, type Payload } from '../connect/payload.ts';
import type { Slack } from '../slack.ts';

/** Whoever did something in Slack, as far as we can vouch for them. */
export interface Sender {
  /** `U…` or `W…`; empty where the payload names nobody. */
  sender: string;
  /** Key of the person with that Slack id in today's `cowork.yaml`. */
  person: string | null;
  /** Not listed, but a full member of this workspace, where `default_role` lets such members read. */
  member: boolean;
  /** Slack did not tell who they are, so they count for nobody this time. */
  unsure: boolean;
  /** `slack:C…`, or `slack:home` and `slack:modal` where there is no channel. */
  place: string;
}

const KEPT_MS = 10 * 60_000;
const MOST_KEPT = 2000;
/** What is left of three seconds has to be enough for everything else. */
const PATIENCE_MS = 1200;

/**
 * Who a verified payload of any kind is from, by today's `cowork.yaml` and, for those who are not in it, by what Slack
 * tells of them (kept for ten minutes). Whoever Slack does not tell of counts for nobody.
 */
export async function senderOf(slack: Slack, payload: object): Promise<Sender> {
  const body: Payload = { ...payload };
  const sender = senderId(body) ?? '';
  const { team } = (await slack.ground.homes.active()).home;
  const person = Object.keys(team.people).find((key) => team.people[key]?.slack === sender) ?? null;
  const known = { sender, person: sender === '' ? null : person, member: false, unsure: false, place: placeIn(body) };
  // What a member may not read anyway needs no question.
  if (sender === '' || person !== null || team.default_role === 'none' || isForeign(slack, body)) return known;
  const member = await isMember(slack, sender);
  return { ...known, member: member === true, unsure: member === null };
}

/** `U…` of whoever did it, in any kind of payload. */
function senderId(body: Payload): string | null {
  const named = [fieldOf(body.user, 'id'), body.user_id, fieldOf(body.event, 'user'), body.user];
  const id = named.find((one): one is string => typeof one === 'string');
  return id !== undefined && /^[UW][A-Z0-9]{2,30}$/.test(id) ? id : null;
}

function placeIn(body: Payload): string {
  const named = [
    fieldOf(body.channel, 'id'),
    body.channel_id,
    fieldOf(body.container, 'channel_id'),
    fieldOf(body.event, 'channel'),
  ];
  const channel = named.find((one): one is string => typeof one === 'string' && /^[CDG][A-Z0-9]{2,30}$/.test(one));
  if (channel !== undefined) return `slack:${channel}`;
  return fieldOf(body.view, 'type') === 'home' ? 'slack:home' : 'slack:modal';
}

/** Somebody of another workspace in a shared channel; within one organisation only `users.info` can tell. */
function isForeign(slack: Slack, body: Payload): boolean {
  const { id, enterprise } = slack.team();
  const theirs = [fieldOf(body.user, 'team_id'), body.user_id === undefined ? undefined : body.team_id];
  return enterprise === null && theirs.some((one) => typeof one === 'string' && one !== id);
}

interface Known {
  member: boolean;
  until: number;
}

/** By process and workspace: who is a full member changes rarely, and to ask each time would hold up every click. */
const KNOWN = new WeakMap<Slack, Map<string, Known>>();

/** Null where Slack does not tell. */
async function isMember(slack: Slack, user: string): Promise<boolean | null> {
  const { clock, log } = slack.ground;
  const known = KNOWN.get(slack) ?? new Map<string, Known>();
  KNOWN.set(slack, known);
  const now = clock.now().getTime();
  const found = known.get(user);
  if (found && found.until > now) return found.member;
  try {
    const told = await within(clock, PATIENCE_MS, slack.clients.now.users.info({ user }));
    if (told === 'late') throw new Error('users.info took too long');
    const member = isFullMember(told.user, slack);
    if (known.size >= MOST_KEPT) known.clear();
    known.set(user, { member, until: now + KEPT_MS });
    return member;
  } catch (error) {
    log.warn({ user, ...plainError(error) }, 'Slack does not tell who this is, so they may not read for now.');
    return null;
  }
}

function isFullMember(user: UsersInfoResponse['user'], slack: Slack): boolean {
  if (!user || user.id === 'USLACKBOT') return false;
  const { id, enterprise } = slack.team();
  const foreign =
    user.is_stranger === true || (enterprise === null && user.team_id !== undefined && user.team_id !== id);
  const { deleted, is_bot, is_restricted, is_ultra_restricted } = user;
  return !foreign && !deleted && !is_bot && !is_restricted && !is_ultra_restricted;
}
