/** What the runtime tells the sidebar; what it does not know is absent. */
export interface ChargerView {
  id: string;
  name: string;
  serial?: string;
  model?: string;
  online?: boolean;
  mode: string;
  reason?: string;
  powerW?: number;
  ageMs?: number;
  stale: boolean;
}
export interface CircuitView {
  id: string;
  name?: string;
  maxCurrent?: number;
  chargers: ChargerView[];
}
export interface SiteView {
  id: string;
  name: string;
  role?: string;
  feed?: { state: string; text: string; remedy?: string; lastMessageAt?: string };
  circuits: CircuitView[];
}
export interface TroubleView {
  message: string;
  remedy: string;
  at: number;
  count: number;
  node?: string;
}
export interface AccountView {
  id: string;
  name: string;
  simulator: boolean;
  state: string;
  budget?: { permits: number; used: number; waiting: number; pausedUntil?: number };
  listAgeMs?: number;
  sites: SiteView[];
  troubles: TroubleView[];
}
