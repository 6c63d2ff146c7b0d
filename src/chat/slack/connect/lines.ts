/** Sockets of one process: Slack spreads what comes over all that are open, so that one may end while another hears. */
export const LINES = 2;
