import { openClient } from '../../../src/client';

/** Run in a process of its own, because proxy and CA are settings of a process. */
const client = openClient({
  baseUrl: 'https://zaptec.test',
  username: 'me@example.org',
  password: 'through the proxy',
});
client
  .verify()
  .then(() => client.constants.get())
  .then(
    ({ data }) => process.stdout.write(JSON.stringify(data)),
    (error: unknown) => process.stdout.write(String(error)),
  )
  .finally(() => client.close());
