import { byId } from './dom';

/** On such a screen only what most people look at is open. */
const SMALL = '(max-width: 52rem)';
const OPEN_WHERE_SMALL: ReadonlySet<string> = new Set(['power-fold', 'chargers-fold', 'timeline-fold']);

/** Folds the sections of the page, each by its heading and all by two buttons. */
export function setUpFolds(): void {
  const folds = [...document.querySelectorAll<HTMLDetailsElement>('details.fold')];
  const foldAll = (open: boolean) => {
    for (const fold of folds) fold.open = open;
  };
  byId('fold-all').addEventListener('click', () => foldAll(false));
  byId('unfold-all').addEventListener('click', () => foldAll(true));
  if (matchMedia(SMALL).matches) for (const fold of folds) fold.open = OPEN_WHERE_SMALL.has(fold.id);
}
