import { attributed, type ZaptecClient, zaptecError } from '../../../src/client';

/** How the command of the sidebar ended. */
interface Ended {
  result: string;
  reason?: string;
}

/**
 * Pauses or resumes a charger for somebody who looks at the sidebar; nothing that interrupts people for longer.
 * @throws ZaptecError `INPUT_INVALID`, `READ_ONLY`, `OFFLINE` …
 */
export async function command(client: ZaptecClient, body: Readonly<Record<string, unknown>>): Promise<Ended> {
  const { charger, command: name } = body;
  if (typeof charger !== 'string' || (name !== 'pause' && name !== 'resume')) {
    throw zaptecError('INPUT_INVALID', 'The sidebar sends pause and resume to one charger, and nothing else', {
      remedy: 'Use a charger node for other commands',
    });
  }
  return attributed('editor', async () => {
    const { result, reason } = await client.chargers.command(charger, name, { lane: 'editor' });
    return { result, ...(reason ? { reason } : {}) };
  });
}
