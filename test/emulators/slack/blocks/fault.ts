/** What Slack holds against blocks, and where. */
export interface BlockFault {
  pointer: string;
  message: string;
}
