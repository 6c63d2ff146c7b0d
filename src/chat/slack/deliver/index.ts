export { slackAdapter } from './adapter.ts';
export { placeOf } from './address.ts';
export { deleteTwins, TWINS_EVERY_MS } from './delete-twins.ts';
export { directChannel } from './direct.ts';
export { LOOK_AGAIN_MS, lookAgain } from './look-again.ts';
export { handlePlaces } from './places.ts';
