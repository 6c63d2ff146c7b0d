// The part of Components V2 that we draw, in Discord's own field names and numbers.

/** Components V2: no content, no embeds. */
export const IS_COMPONENTS_V2 = 32_768;
/** Seen by the one who asked only. */
export const EPHEMERAL = 64;

export interface TextDisplay {
  type: 10;
  content: string;
}

export interface Separator {
  type: 14;
  divider: boolean;
  spacing: 1 | 2;
}

export type Button =
  | { type: 2; style: 1 | 2 | 3 | 4; label: string; custom_id: string }
  | { type: 2; style: 5; label: string; url: string };

export interface Select {
  type: 3;
  custom_id: string;
  placeholder?: string;
  required?: boolean;
  options: { label: string; value: string; default?: boolean }[];
}

export interface ActionRow {
  type: 1;
  components: Button[];
}

/** Text with a button beside it. */
export interface Section {
  type: 9;
  components: TextDisplay[];
  accessory: Button;
}

/** Pictures among the message's attachments (`attachment://…`), with words for those who hear them. */
export interface MediaGallery {
  type: 12;
  items: { media: { url: string }; description: string }[];
}

export type Inner = TextDisplay | Separator | ActionRow | Section | MediaGallery;

export interface Container {
  type: 17;
  accent_color: number;
  components: Inner[];
}

export interface TextInput {
  type: 4;
  custom_id: string;
  /** 1 one line, 2 several. */
  style: 1 | 2;
  required: boolean;
  max_length: number;
  value?: string;
}

export interface Label {
  type: 18;
  label: string;
  description?: string;
  component: TextInput | Select;
}

export interface DiscordMessage {
  flags: number;
  components: Container[];
  /** Who may be pinged, by id; nothing is read out of the text. */
  allowed_mentions: { parse: []; users: string[] };
}

export interface DiscordModal {
  title: string;
  custom_id: string;
  components: (TextDisplay | Label)[];
}
