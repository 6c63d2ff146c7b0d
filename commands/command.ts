import type { FileHandle } from 'node:fs/promises';
import type { Reader } from '../blocks/time.ts';
import type { Ground } from '../src/ground.ts';
import type { MessageView } from '../src/message/view.ts';
import type { Act } from '../src/people/permissions.ts';
import type { FenceReport } from '../src/skills/fence/layers.ts';
import type { Via } from '../src/store/schema.ts';

/** The ground, and what the process that answers knows of its host and of the files on disk. */
export interface World extends Ground {
  /** Who works the jobs that an act leaves behind: the running product, this very process, or nobody until one starts. */
  worker: 'product' | 'here' | 'nobody';
  /** Where the console would be while no process serves it; left out where one does. */
  consoleUrl?: string | undefined;
  /** Aborts once nobody waits for the answer any longer; what takes long is then left out of it. No act is taken back. */
  signal?: AbortSignal | undefined;
  fence(): Promise<FenceReport>;
  /** Why the home on disk is not the one in force, as lines; empty where it is. */
  homeProblems(): Promise<string[]>;
}

/** Who asks, through which door. `operator` is the operating-system user behind the CLI. */
export interface Asker {
  person: string | null;
  /** Not listed, but a full member of the chat workspace: reads what `default_role` allows, and never acts. */
  member?: boolean | undefined;
  via: Via;
  operator: string | null;
  /** Id of what was noted of it in a chat: it starts one run at most, however often it is performed. */
  ask?: number | undefined;
}

/** A file to hand on to whoever asked; `readAttachment` gives its bytes. */
export type Attachment = RecordedFile | MadeFile;

interface NamedFile {
  /** For the one who gets it: no folders, nothing invisible. */
  name: string;
  bytes: number;
}

/** A file of a run. Whoever opens it closes it, and hands on what was read only where it is the one of the record. */
export interface RecordedFile extends NamedFile {
  /** Hex, as the record has it. */
  sha256: string;
  open(): Promise<FileHandle>;
}

/** A file that was made for the answer. */
export interface MadeFile extends NamedFile {
  text: string;
}

/** What every command answers: the same facts as a message for people and as one JSON document for tools. */
export interface Answer {
  view: MessageView;
  json: unknown;
  /** Files that were asked for, which a chat hands to that person alone; a page shows the links of the view instead. */
  attachments?: readonly Attachment[] | undefined;
  /** True where everybody in the channel may read it, since whoever asked said so. */
  public?: boolean | undefined;
  /** 0 done, 1 failed, 2 refused or misused. */
  exit: 0 | 1 | 2;
}

/** What a word names, for completion. */
export type Named = 'command' | 'workflow' | 'review' | 'run' | 'alert' | 'person' | 'period';

export interface Parameter {
  name: string;
  summary: string;
  required?: boolean;
  of?: Named;
  /** The only words it takes. */
  choices?: readonly string[];
  /** Takes all words that are left, as one text; only the last parameter. */
  rest?: boolean;
}

export interface Option {
  name: string;
  summary: string;
  /** What the value is called in help; a flag without one is a switch. */
  value?: string;
  /** May be given more than once; the value is then always a list. */
  many?: boolean;
  of?: Named;
  choices?: readonly string[];
  /** Only at the command line: in chat the platform says who asks, and nobody waits there for a run's end. */
  cliOnly?: boolean;
  /** Only where one writes to the bot, in a chat or on the console. */
  chatOnly?: boolean;
  /** The command is refused without it; a door that has fields asks for it at once. */
  required?: boolean;
  /** Takes a whole number from `least` to `most`. */
  whole?: { least: number; most: number };
}

/**
 * What a command does by its first word (`alert ack`), where that decides about what follows. A door that has fields
 * instead of words shows each with its own.
 */
export interface Verb {
  /** One of the choices of the command's first parameter. */
  name: string;
  summary: string;
  /** What is typed behind that word, in order. */
  parameters: readonly Parameter[];
  /** Those of the command's options that it takes. */
  options: readonly Option[];
  /** It changes nothing although others of the command act, so that a button may ask for it. */
  reads?: true;
}

/** For what a whole channel may read: answered as a message for everybody in it. */
export const PUBLIC: Option = {
  name: 'public',
  summary: 'in Slack and Discord: answer for everybody in this channel',
  chatOnly: true,
};

export interface CommandInput {
  asker: Asker;
  /** Positional arguments by parameter name. */
  args: Record<string, string | undefined>;
  options: Record<string, string | boolean | string[] | undefined>;
}

/** One thing a person may ask, the same in every door; `index.ts` is the one list of them. */
export interface Command {
  name: string;
  summary: string;
  parameters: readonly Parameter[];
  options: readonly Option[];
  /** All that its first word can be, where that says what to do. */
  verbs?: readonly Verb[];
  /** What a person must be allowed for any use of it; each act besides asks for its own, with the workflow it is about. */
  may: Act;
  /** True where it changes nothing, so that a button may run it as if it had been typed. */
  reads: boolean;
  /** Whole command lines without `/cowork`; the first is shown in the overview. */
  examples: readonly [string, ...string[]];
  /** True when the command needs somebody to execute runs where no worker is up. */
  needsWorker?: boolean;
  run(world: World, input: CommandInput): Promise<Answer>;
}

/** The text of an option that takes a value. */
export const textOption = (input: CommandInput, name: string): string | undefined => {
  const value = input.options[name];
  return typeof value === 'string' ? value : undefined;
};

/** How times and people are said in an answer: in the team's zone, with the team's names. */
export async function readerOf(ground: Ground): Promise<Reader> {
  const { team } = (await ground.homes.active()).home;
  return { now: ground.clock.now(), zone: team.timezone, team };
}
