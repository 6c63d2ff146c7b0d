export { slackAdapter } from './adapter.ts';
export { placeOf } from './address.ts';
export { directChannel } from './direct.ts';
export { handlePlaces } from './places.ts';
