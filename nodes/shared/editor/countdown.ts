/** `mm:ss`, or `h:mm:ss`; never below 0. */
export const clockOf = (ms: number): string => {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const two = (value: number): string => String(value).padStart(2, '0');
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${String(h)}:${two(m)}:${two(s)}` : `${String(m)}:${two(s)}`;
};

/** A time that runs down to a moment, ms since 1970; `tick` moves all of them. */
export const countdown = (until: number): JQuery =>
  $('<span class="zaptec-countdown" role="timer">')
    .attr('data-until', until)
    .text(clockOf(until - Date.now()));

export const tick = (parts: JQuery): void => {
  parts.find('.zaptec-countdown').each((_, part) => {
    part.textContent = clockOf(Number(part.getAttribute('data-until')) - Date.now());
  });
};
