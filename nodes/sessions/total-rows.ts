import { type Calendar, isBillable, type SessionCost, type SessionRecord, Totals } from '../../src/client';
import type { SessionsSettings } from '../shared/properties';
import { filled, type Row } from './rows';

type By = Exclude<SessionsSettings['rows'], 'sessions'>;
/** What names a total; undefined for what is not known. */
type Columns = Record<string, string | undefined>;

/** A session whose time is not known has no day. */
const dayOf = ({ end }: SessionRecord, calendar: Calendar): string | undefined =>
  end === undefined ? undefined : calendar.date(Date.parse(end));

/** The columns that name the total of a session. The first that is known tells totals apart. */
const COLUMNS: { readonly [B in By]: (record: SessionRecord, calendar: Calendar) => Columns } = {
  user: ({ userId, userName, userEmail, token, tokenName }) =>
    userId === undefined
      ? { userId, userName, userEmail, tokenName: tokenName ?? token }
      : { userId, userName, userEmail, tokenName: undefined },
  charger: ({ chargerId, chargerName, deviceId, installationName }) => ({
    chargerId,
    chargerName,
    deviceId,
    installationName,
  }),
  day: (record, calendar) => ({ day: dayOf(record, calendar) }),
  month: (record, calendar) => ({ month: dayOf(record, calendar)?.slice(0, 7) }),
};
/** By what the rows are in order. */
const ORDER: { readonly [B in By]: readonly string[] } = {
  user: ['userName', 'userEmail', 'tokenName', 'userId'],
  charger: ['installationName', 'chargerName', 'chargerId'],
  day: ['day'],
  month: ['month'],
};

/** Adds sessions up, those alone that are to be paid. */
export class TotalRows {
  readonly #by: By;
  readonly #totals = new Totals<Columns>();

  constructor(by: By) {
    this.#by = by;
  }

  add(record: SessionRecord, calendar: Calendar, cost: SessionCost | undefined): void {
    if (!isBillable(record)) return;
    const columns = COLUMNS[this.#by](record, calendar);
    const key = Object.values(columns).find((value) => value !== undefined) ?? '';
    const { energyKwh, durationMinutes } = record;
    this.#totals.add(key, columns, { ...(cost ?? FREE), energyKwh, durationMinutes });
  }

  rows(settings: Pick<SessionsSettings, 'unknown'>, hasCosts: boolean): Row[] {
    const order = (row: Columns) => ORDER[this.#by].map((column) => row[column] ?? '\uffff').join('\u0000');
    const sorted = this.#totals
      .rows()
      .map((row) => ({ row, key: order(row as unknown as Columns) }))
      .sort((a, b) => (a.key < b.key ? -1 : 1));
    return sorted.map(({ row }) => {
      const { cost, costSpot, costTariff, costFixed, unpricedKwh, ...plain } = row;
      return filled(hasCosts ? { ...plain, cost, costSpot, costTariff, costFixed, unpricedKwh } : plain, settings);
    });
  }
}

const FREE = { cost: undefined, costSpot: undefined, costTariff: undefined, costFixed: undefined, unpricedKwh: 0 };
