import { ask, Failure, sentence } from './ask';

const passFor = (scenario: string, may: 'read' | 'write'): Promise<{ path: string }> =>
  ask(`simulator-pass/${may}`, { scenario });

/**
 * Opens the page of a running simulator in a window of its own. A browser that opens a page does not send the editor's
 * token, so the way there is a pass, good once: one for changes or, for those who may not, one for looking.
 * @throws Failure
 */
async function openPage(scenario: string): Promise<void> {
  // At once, in the turn of the click: a browser takes a window that comes later for a nuisance.
  const page = window.open('', '_blank');
  try {
    const { path } = await passFor(scenario, 'write').catch((refused: unknown) => {
      if (refused instanceof Failure && refused.code === 'NO_PERMISSION') return passFor(scenario, 'read');
      throw refused;
    });
    const address = new URL(path, document.baseURI).href;
    if (!page) {
      window.location.assign(address);
      return;
    }
    page.opener = null;
    page.location.replace(address);
  } catch (thrown) {
    page?.close();
    throw thrown;
  }
}

/** A button that opens the page; a failure is shown beside it. */
export function simulatorPage(scenario: () => string, button: JQuery, failure: JQuery): void {
  button.on('click', () => {
    failure.text('');
    void openPage(scenario()).catch((thrown: unknown) => failure.text(sentence(thrown)));
  });
}
