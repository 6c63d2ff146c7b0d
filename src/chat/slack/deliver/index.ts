export { slackAdapter } from './adapter.ts';
export { placeOf } from './address.ts';
export { directChannel } from './direct.ts';
export { lookAgain } from './look-again.ts';
export { handlePlaces } from './places.ts';
