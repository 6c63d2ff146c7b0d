/** Which logical channel a message belongs to is the home's word; the chats only ask. */
export {
  alertsChannel,
  channelsOf,
  digestChannel,
  OPS_CHANNEL,
  REVIEWS_CHANNEL,
  reviewsChannel,
} from '../workflows/channels.ts';
