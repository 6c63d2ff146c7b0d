// The part of application commands that we register, in Discord's own field names and numbers.

export interface Choice {
  name: string;
  value: string;
}

interface Named {
  name: string;
  description: string;
}

export type LeafOption = Named & { required?: boolean } & (
    | { type: 3; choices: Choice[] }
    | { type: 3; autocomplete?: true; max_length: number }
    | { type: 4; min_value: number; max_value: number }
    | { type: 5 }
  );

export interface Subcommand extends Named {
  type: 1;
  options: LeafOption[];
}

export interface SubcommandGroup extends Named {
  type: 2;
  options: Subcommand[];
}

/** To whom Discord offers a command. */
interface Offered {
  default_member_permissions: string | null;
}

export interface ChatCommand extends Named, Offered {
  type: 1;
  options: (Subcommand | SubcommandGroup)[];
}

export interface MessageCommand extends Offered {
  type: 3;
  name: string;
}

export type DiscordCommand = ChatCommand | MessageCommand;
