const HOUR = 3_600_000;

/**
 * Full hours of the browser's clock, ms since 1970, at most about so many. In some zones, such as that of India, they lie
 * half an hour beside those of UTC.
 */
export const fullHours = (from: number, to: number, most: number): number[] => {
  const every = Math.max(1, Math.ceil((to - from) / HOUR / most)) * HOUR;
  const date = new Date(from);
  const pastHour = date.getMinutes() * 60_000 + date.getSeconds() * 1_000 + date.getMilliseconds();
  const first = pastHour === 0 ? from : from + HOUR - pastHour;
  return Array.from({ length: Math.max(0, Math.floor((to - first) / every) + 1) }, (_, index) => first + index * every);
};
