// The part of Block Kit that we draw, in Slack's own field names. There is no mrkdwn among it: foreign text is only
// ever in places where Slack parses nothing.

import { clean } from '../../message/clean.ts';

export interface PlainText {
  type: 'plain_text';
  text: string;
  emoji: false;
}

export interface Style {
  bold?: true;
  code?: true;
}

export type Leaf =
  | { type: 'text'; text: string; style?: Style }
  | { type: 'link'; url: string; text: string; style?: Style }
  | { type: 'user'; user_id: string; style?: Style }
  | { type: 'date'; timestamp: number; format: string; fallback: string; style?: Style };

export interface RichSection {
  type: 'rich_text_section';
  elements: Leaf[];
}

export type RichElement =
  | RichSection
  | { type: 'rich_text_list'; style: 'bullet'; elements: RichSection[] }
  | { type: 'rich_text_quote'; elements: Leaf[] }
  | { type: 'rich_text_preformatted'; elements: Leaf[] };

export interface RichText {
  type: 'rich_text';
  elements: RichElement[];
}

export interface ConfirmObject {
  title: PlainText;
  text: PlainText;
  confirm: PlainText;
  deny: PlainText;
  style?: 'danger';
}

export interface Button {
  type: 'button';
  action_id: string;
  text: PlainText;
  value?: string;
  url?: string;
  style?: 'primary' | 'danger';
  confirm?: ConfirmObject;
  accessibility_label?: string;
}

export interface Option {
  text: PlainText;
  value: string;
  url?: string;
}

export interface Overflow {
  type: 'overflow';
  action_id: string;
  options: Option[];
}

export type Cell = RawText | RichText;

export interface RawText {
  type: 'raw_text';
  text: string;
}

/** A figure that Slack can sort by, shown as `text`. */
export interface RawNumber {
  type: 'raw_number';
  value: number;
  text: string;
}

export interface Table {
  type: 'table';
  rows: Cell[][];
  column_settings: { align: 'left' | 'right'; is_wrapped: boolean }[];
}

/** A table with pages, which readers may sort; the first row is its header. */
export interface DataTable {
  type: 'data_table';
  caption: string;
  page_size: number;
  /** The column that names the row to who hears it. */
  row_header_column_index: number;
  rows: (Cell | RawNumber)[][];
}

/** Known to Slack since June 2026. */
export interface DataVisualization {
  type: 'data_visualization';
  title: string;
  chart: {
    type: 'bar' | 'line';
    series: { name: string; data: { label: string; value: number }[] }[];
    axis_config: { categories: string[]; y_label?: string };
  };
}

export type Input =
  | {
      type: 'plain_text_input';
      action_id: string;
      multiline: boolean;
      max_length: number;
      initial_value?: string;
    }
  | { type: 'static_select'; action_id: string; options: Option[]; initial_option: Option };

/** How it stands, in colour and sign; modals only. */
export interface Alert {
  type: 'alert';
  text: PlainText;
  level: 'default' | 'info' | 'warning' | 'error' | 'success';
}

export interface Image {
  type: 'image';
  slack_file: { id: string };
  alt_text: string;
  title?: PlainText;
}

export type Block =
  | { type: 'header'; text: PlainText }
  | { type: 'context'; elements: PlainText[] }
  | { type: 'section'; text: PlainText }
  | { type: 'actions'; elements: (Button | Overflow)[] }
  | { type: 'input'; block_id: string; label: PlainText; hint?: PlainText; optional: boolean; element: Input }
  | Alert
  | Image
  | RichText
  | Table
  | DataTable
  | DataVisualization;

/** What `chat.postMessage` and `chat.update` are given. */
export interface SlackMessage {
  /** Fallback and notification; escaped, nothing in it is parsed. */
  text: string;
  mrkdwn: false;
  blocks: Block[];
}

/** What `views.open`, `views.push` and `views.update` are given. */
export interface SlackModal {
  type: 'modal';
  callback_id: string;
  private_metadata: string;
  title: PlainText;
  submit?: PlainText;
  close: PlainText;
  blocks: Block[];
}

/** A modal with inputs, which Slack takes with a submit only. */
export interface SlackForm extends SlackModal {
  submit: PlainText;
}

/** What `views.publish` is given for one person's App Home. */
export interface SlackHome {
  type: 'home';
  blocks: Block[];
}

/** A text object in which Slack looks for nothing, not even for names of emoji; what cannot be seen is taken out. */
export const plainObject = (text: string): PlainText => ({
  type: 'plain_text',
  text: text
    .split(/\r\n|\r|\n/)
    .map(clean)
    .join('\n'),
  emoji: false,
});
