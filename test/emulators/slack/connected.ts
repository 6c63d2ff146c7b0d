import { App, LogLevel, SocketModeReceiver } from '@slack/bolt';
import type { SlackEmulator } from './emulator.ts';

/** A bare Bolt app on the emulator, with as many sockets as asked for. */
export async function connectedApp(slack: SlackEmulator, sockets = 1): Promise<App & AsyncDisposable> {
  const { botToken, appToken, apiUrl } = slack.config;
  const options = () => ({ slackApiUrl: apiUrl ?? '', retryConfig: { retries: 0 } });
  const receivers = Array.from(
    { length: sockets },
    () =>
      new SocketModeReceiver({
        appToken: appToken ?? '',
        clientPingTimeout: 500,
        logLevel: LogLevel.ERROR,
        installerOptions: { clientOptions: options() },
      }),
  );
  const [first, ...others] = receivers;
  if (!first) throw new Error('no receiver');
  const app = new App({
    token: botToken,
    receiver: first,
    clientOptions: options(),
    convoStore: false,
    logLevel: LogLevel.ERROR,
  });
  await app.start();
  for (const receiver of others) {
    receiver.init(app);
    await receiver.start();
  }
  await slack.connected(sockets);
  return Object.assign(app, {
    async [Symbol.asyncDispose]() {
      for (const receiver of others) await receiver.stop();
      await app.stop();
    },
  });
}
