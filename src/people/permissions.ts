import { refused } from '../errors.ts';
import type { DataClass, Role } from '../values/scalars.ts';
import { whoCan } from './names.ts';
import { personByName, resolvePeople } from './resolve.ts';
import type { Team } from './team.ts';

/** What a person may ask the product to do. */
export type Act = keyof typeof TABLE;

/** `yes`; `open` data classes only; `sandbox` runs only; `owned`: with the approval of the workflow's owner. */
type Grant = 'yes' | 'open' | 'sandbox' | 'owned';
interface Rule {
  /** Completes "You may not …"; `{w}` is the workflow. */
  verb: string;
  roles: Partial<Record<Role, Grant>>;
  /** Only people whom the workflow names in `review.approvers`. */
  listed?: true;
  /** Whoever is on call may do this besides. */
  onCall?: true;
}

const EVERYONE = {
  viewer: 'yes',
  approver: 'yes',
  creator: 'yes',
  scheduler: 'yes',
  owner: 'yes',
  admin: 'yes',
} as const;
const RUNNERS = { creator: 'sandbox', scheduler: 'yes', owner: 'yes', admin: 'yes' } as const;
const DECIDERS = { approver: 'yes', owner: 'yes', admin: 'yes' } as const;
const TRIAGE = { approver: 'yes', scheduler: 'yes', owner: 'yes', admin: 'yes' } as const;
const PAUSERS = { scheduler: 'yes', owner: 'yes', admin: 'yes' } as const;
const CHANGERS = { scheduler: 'owned', owner: 'yes', admin: 'owned' } as const;

/** Who may do what: design, "Who a person is". `owner` counts for the workflows that person owns only. */
const TABLE = {
  read: { verb: 'read status, figures, queue and trail', roles: EVERYONE },
  see_outputs: {
    verb: 'see the outputs of {w}',
    roles: { viewer: 'open', approver: 'yes', creator: 'open', scheduler: 'open', owner: 'yes', admin: 'open' },
  },
  approve: { verb: 'approve {w}', roles: DECIDERS, listed: true },
  reject: { verb: 'reject {w}', roles: DECIDERS, listed: true },
  ask: { verb: 'ask for a change of {w}', roles: DECIDERS, listed: true },
  look: { verb: 'look at {w} for review', roles: DECIDERS, listed: true },
  run: { verb: 'run {w}', roles: RUNNERS },
  rerun: { verb: 'rerun {w}', roles: RUNNERS, onCall: true },
  cancel: { verb: 'cancel a run of {w}', roles: RUNNERS },
  acknowledge: { verb: 'acknowledge alerts of {w}', roles: TRIAGE, onCall: true },
  assign: { verb: 'assign alerts of {w}', roles: TRIAGE, onCall: true },
  silence: { verb: 'silence alerts of {w}', roles: TRIAGE, onCall: true },
  resolve: { verb: 'resolve alerts of {w}', roles: TRIAGE },
  pause: { verb: 'pause {w}', roles: PAUSERS, onCall: true },
  resume: { verb: 'resume {w}', roles: PAUSERS },
  pause_all: { verb: 'pause all workflows', roles: { admin: 'yes' } },
  resume_all: { verb: 'resume all workflows', roles: { admin: 'yes' } },
  change_schedule: { verb: 'change the schedule of {w}', roles: CHANGERS },
  allow_skill: { verb: 'allow a skill version for {w}', roles: CHANGERS },
  undo: { verb: 'undo a promotion of {w}', roles: { owner: 'yes', admin: 'yes' } },
  rota: { verb: 'change the rota', roles: { scheduler: 'yes', admin: 'yes' } },
  maintenance: { verb: 'set maintenance windows', roles: { scheduler: 'yes', admin: 'yes' } },
  drill: { verb: 'start a drill', roles: { admin: 'yes' } },
  tokens: { verb: 'manage API tokens', roles: { admin: 'yes' } },
  people: { verb: 'manage people', roles: { admin: 'yes' } },
} as const satisfies Record<string, Rule>;

/** What the act is about. Every part is optional; what a rule needs and is not given counts against the person. */
export interface Subject {
  workflow?:
    | { name: string; spec: { owner: string; data_class: DataClass; review: { approvers: readonly string[] } } }
    | undefined;
  /** The class the run started with, where it differs from today's definition; the stricter of both counts. */
  dataClass?: DataClass | undefined;
  /** Decides who is on call: at this moment, or all who can ever be. Left out, nobody is. */
  now?: Date | 'anyone' | undefined;
  /** A run in the sandbox profile. */
  sandbox?: boolean | undefined;
  /** The workflow's owner has approved this very change. */
  ownerApproved?: boolean | undefined;
  /** The asker is not listed but is a full member of the chat workspace; `default_role` lets such members read, and no more. */
  chatMember?: boolean | undefined;
}

export type Permission = { ok: true } | { ok: false; why: string; who: string[] };

/**
 * Whether `person` (a key of `cowork.yaml`, null for an unlisted one) may do `act`. A refusal carries a sentence for that
 * person, ending in who can, and their keys in `who`. Denies by default.
 */
export function may(home: { team: Team }, person: string | null, act: Act, subject: Subject = {}): Permission {
  const { team } = home;
  const question = ask(team, subject);
  if (granted(question, person, act)) return { ok: true };
  const who = Object.keys(team.people).filter((other) => granted(question, other, act));
  const listed = person !== null && personByName(team, person) !== undefined;
  const start = listed
    ? `You may not ${verbOf(act, subject)}.`
    : `${person === null ? 'You are' : `${JSON.stringify(person.slice(0, 60))} is`} not listed in cowork.yaml, so you may not ${verbOf(act, subject)}.`;
  return { ok: false, why: `${start} ${whoCan(team, who)}`, who };
}

/** As `may`, but throws the refusal. */
export function requireMay(home: { team: Team }, person: string | null, act: Act, subject: Subject = {}): void {
  const answer = may(home, person, act, subject);
  if (!answer.ok) throw refused(answer.why, { act, person });
}

/** The keys of all listed people who may do this. */
export function whoMay(home: { team: Team }, act: Act, subject: Subject = {}): string[] {
  const question = ask(home.team, subject);
  return Object.keys(home.team.people).filter((person) => granted(question, person, act));
}

const verbOf = (act: Act, subject: Subject) =>
  TABLE[act].verb.replace('{w}', () => subject.workflow?.name ?? 'any workflow');

/** A subject with the people it makes special, resolved once however many people are asked about. */
interface Question {
  team: Team;
  subject: Subject;
  owners: string[];
  approvers: string[];
  onDuty: string[];
}

function ask(team: Team, subject: Subject): Question {
  const { workflow, now } = subject;
  const standing = { owner: workflow?.spec.owner, onCall: now };
  return {
    team,
    subject,
    owners: workflow ? resolvePeople(team, [workflow.spec.owner]) : [],
    approvers: workflow ? resolvePeople(team, workflow.spec.review.approvers, standing) : [],
    onDuty: resolvePeople(team, ['on-call'], standing),
  };
}

function granted(question: Question, person: string | null, act: Act): boolean {
  const rule: Rule = TABLE[act];
  if (rule.onCall && person !== null && question.onDuty.includes(person)) return true;
  if (rule.listed && (person === null || !question.approvers.includes(person))) return false;
  if (act === 'see_outputs' && !isOpen(question.subject)) return seesClosed(question, person);
  const grants = rolesOf(question, person, act).map((role) => rule.roles[role]);
  return grants.some((grant) => grant !== undefined && allows(grant, question.subject));
}

function rolesOf({ team, subject, owners }: Question, person: string | null, act: Act): Role[] {
  const listed = person === null ? undefined : personByName(team, person)?.roles;
  const reads = act === 'read' || act === 'see_outputs';
  const member: Role[] = reads && subject.chatMember && team.default_role !== 'none' ? [team.default_role] : [];
  const owns = person !== null && owners.includes(person);
  return (listed ?? member).filter((role) => role !== 'owner' || act === 'read' || owns);
}

/** Contents of confidential and restricted work: the workflow's owner, and those who may decide about it. */
const seesClosed = (question: Question, person: string | null): boolean =>
  granted(question, person, 'look') || rolesOf(question, person, 'see_outputs').includes('owner');

/** Public and internal work; the contents of any other are for its owner and approvers only. */
export const isOpenClass = (dataClass: DataClass): boolean => dataClass === 'public' || dataClass === 'internal';

const isOpen = ({ workflow, dataClass }: Subject): boolean => {
  const classes = [dataClass, workflow?.spec.data_class].filter((one) => one !== undefined);
  return classes.length > 0 && classes.every(isOpenClass);
};

function allows(grant: Grant, subject: Subject): boolean {
  switch (grant) {
    case 'yes':
      return true;
    case 'open':
      return isOpen(subject);
    case 'sandbox':
      return subject.sandbox === true;
    case 'owned':
      return subject.ownerApproved === true;
  }
}
